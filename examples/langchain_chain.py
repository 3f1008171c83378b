"""A chain: the prompt, the model and the traces hold placeholders; the reply reads whole, also while it is streamed."""

from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableConfig
from langchain_core.tracers.run_collector import RunCollectorCallbackHandler

from langchain_redactor import redacted
from langchain_redactor.testing import RecordingModel
from redactor import Redactor
from redactor.testing import assert_no_leak

# Stands for ChatOpenAI("gpt-5.2") or any other chat model; it remembers what it was sent.
model = RecordingModel(replies=["Hello [PERSON_1], we will call [PHONE_NUMBER_1] today.", "Bye, [PERSON_1]!"])
prompt = ChatPromptTemplate([("system", "You are the support of a lamp shop."), ("user", "{message}")])
chain = prompt | model | StrOutputParser()
traces = RunCollectorCallbackHandler()  # stands for LangSmith or any other tracer

with Redactor() as redactor:
    support = redacted(chain, redactor=redactor)  # the one line; it goes around everything
    config: RunnableConfig = {"configurable": {"thread_id": "c-44"}, "callbacks": [traces]}
    said = "Hi, my name is Joyce Wu, please call me at (212) 555-0143."
    streamed = list(support.stream({"message": said}, config))
    print("the customer reads, piece by piece:", "|".join(streamed))
    bye = support.invoke({"message": "Thanks, goodbye. Joyce"}, config)
    print("and then:                          ", bye)

for given in model.received:
    print("the model saw:  ", given.messages[-1].text)
for run in traces.traced_runs:
    print("the trace holds:", run.inputs, "->", run.outputs)

assert_no_leak(["Joyce", "555-0143"], [given.all for given in model.received], *map(repr, traces.traced_runs))
if ("".join(streamed), bye) != ("Hello Joyce Wu, we will call (212) 555-0143 today.", "Bye, Joyce Wu!"):
    raise SystemExit("the customer got a placeholder instead of the real value")
