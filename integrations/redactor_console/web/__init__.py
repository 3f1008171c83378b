"""What every page has in common: who visits, what he may, how it is shown, what the browser is told."""
