"""Where is personal data in this text?"""
