"""Models: pure functions of facts and arguments. They know no AWS API, no notebook and no page."""
