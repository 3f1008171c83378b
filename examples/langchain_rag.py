"""Retrieval: what is found about the customer reaches the prompt redacted, and the reply reads whole."""

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnablePassthrough
from pydantic import Field

from langchain_redactor import SealedRetriever, redacted
from langchain_redactor.testing import RecordingModel
from redactor import Redactor
from redactor.testing import assert_no_leak

NAME, EMAIL, ORDER = "Crystal Minh", "crystal.minh@example.com", "8706847615"
BOOK = [
    Document(f"Order {ORDER}: one lamp for {NAME}, {EMAIL}. On its way since Monday.", metadata={"customer": NAME}),
    Document("Order 5550198234: two chairs. Delivered."),
    Document("Broken lamps are replaced within 30 days."),
]


class OrderBook(BaseRetriever):
    """Finds what shares most words with the query; stands for a vector store."""

    queries: list[str] = Field(default_factory=list)

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        self.queries.append(query)
        words = set(query.lower().replace("?", "").split())
        return sorted(BOOK, key=lambda each: -len(words & set(each.page_content.lower().replace(":", "").split())))[:1]


def joined(documents: list[Document]) -> str:
    """The documents as one text for the prompt."""
    return "\n".join(document.page_content for document in documents)


# Stands for ChatOpenAI("gpt-5.2") or any other chat model; it remembers what it was sent.
model = RecordingModel(replies=["Order [ACCOUNT_ID_1] is on its way, [PERSON_1]; news go to [EMAIL_ADDRESS_1]."])
prompt = ChatPromptTemplate([("system", "Answer from these notes:\n{notes}"), ("user", "{question}")])
book = OrderBook()

# The search is by order number, so the retriever is given that one real value; the model is not.
notes = SealedRetriever(book, rule={"args": ["ACCOUNT_ID"]})
chain = {"notes": notes | joined, "question": RunnablePassthrough()} | prompt | model | StrOutputParser()

with Redactor() as redactor:
    answer = redacted(chain, redactor=redactor, conversation_id="c-45").invoke(f"Where is order number {ORDER}?")

print("the retriever was asked:", book.queries[0])
print("the model saw:          ", model.received[0].text.replace("\n", "\n                         "))
print("the customer reads:     ", answer)

assert_no_leak([NAME, EMAIL, ORDER], model.received[0].all)
if answer != f"Order {ORDER} is on its way, {NAME}; news go to {EMAIL}.":
    raise SystemExit("the customer got a placeholder instead of the real value")
