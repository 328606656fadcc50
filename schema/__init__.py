"""What clients may ask: types whose fields point to where they come from, lists, cursors, mutations."""
