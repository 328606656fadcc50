"""What the portal does by itself when its time has come: duties, and the worker that does them."""
