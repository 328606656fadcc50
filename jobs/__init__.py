"""Scheduled jobs, the worker that runs them, and mail delivery."""
