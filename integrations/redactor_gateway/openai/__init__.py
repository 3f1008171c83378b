"""The doors that speak as OpenAI's API does. Source of all shapes: https://platform.openai.com/docs/api-reference."""
