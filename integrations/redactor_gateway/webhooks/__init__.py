"""Webhooks: between a chat platform and a bot that nobody can change.

What comes in is verified, redacted and durable before it is acknowledged; it is delivered to the bot in order, signed
anew, until the bot has it. What the bot sends goes out restored, where its customer reads it. See docs/webhooks.md.
"""
