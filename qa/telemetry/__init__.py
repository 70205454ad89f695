"""What is seen of the program from outside: metrics, traces and logs, without questions and texts unless asked for."""
