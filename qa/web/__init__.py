"""The page and the HTTP routes; with `app.py` the only code that knows Gradio."""
