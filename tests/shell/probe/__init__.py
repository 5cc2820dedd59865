"""An app of jobs for test_deployment.py, installed in the processes that it starts."""
