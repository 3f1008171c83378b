"""One message to the LLM and its reply back to the customer."""

from redactor import Redactor

redactor = Redactor()
chat = redactor.conversation("c-42")

seen = chat.redact("Hi, I'm Crystal Minh, crystal at gmail dot com", role="customer")
print(seen.text)  # this goes to the LLM: Hi, I'm [PERSON_1], [EMAIL_ADDRESS_1]

reply = chat.restore("Thanks [PERSON_1]! I have written to [EMAIL_ADDRESS_1].")
print(reply.text)  # this goes to the customer

print(chat.restore(seen).text)  # exactly what came in
chat.forget()  # destroys the conversation's key: nothing of it can be restored any more
