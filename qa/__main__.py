from qa.cli import app
from qa.console import run_app

run_app(app)
