"""Who may do what: accounts, their roles, their second factor, their sessions."""
