from qa.cli.console import run_app
from qa.cli.main import app

run_app(app)
