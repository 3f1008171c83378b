"""A shop's chatbot as anybody would write it with the `openai` SDK. The gateway is its base URL: `shop.py BASE_URL`."""

import json
import sys
from typing import Any

from openai import OpenAI

CUSTOMER = "Hi, I'm Crystal Minh, crystal.minh@example.com"
ORDER = "Where is my order 8706847615?"
LOOKUP: Any = {
    "type": "function",
    "function": {
        "name": "lookup_order",
        "description": "Where an order is.",
        "parameters": {"type": "object", "properties": {"order": {"type": "string"}}, "required": ["order"]},
    },
}


def main(base_url: str) -> None:
    """A whole reply, the same as a stream, and a function call."""
    client = OpenAI(base_url=base_url, api_key="sk-any", max_retries=0)
    history: list[Any] = [{"role": "user", "content": CUSTOMER}]

    _title("a whole reply")
    whole = client.chat.completions.create(model="stand-in", messages=history)
    _reads(whole.choices[0].message.content)

    _title("the same as a stream")
    stream = client.chat.completions.create(model="stand-in", messages=history, stream=True)
    _reads("".join(chunk.choices[0].delta.content or "" for chunk in stream))

    _title("a function of the shop's")
    history += [whole.choices[0].message, {"role": "user", "content": ORDER}]
    called = client.chat.completions.create(model="stand-in", messages=history, tools=[LOOKUP]).choices[0].message
    history.append(called)
    for call in called.tool_calls or ():
        if call.type == "function":
            order = json.loads(call.function.arguments)["order"]
            print(f"the shop looks up   order {order}", flush=True)
            history.append({"role": "tool", "tool_call_id": call.id, "content": f"order {order} left the house"})
    told = client.chat.completions.create(model="stand-in", messages=history, tools=[LOOKUP])
    _reads(told.choices[0].message.content)


def _title(text: str) -> None:
    print(f"\n--- {text}\ncustomer types      {ORDER if 'function' in text else CUSTOMER}", flush=True)


def _reads(text: str | None) -> None:
    print(f"customer reads      {text}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
