"""What a person is owed: proof that their data is gone."""
