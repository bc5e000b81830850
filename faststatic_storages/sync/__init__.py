"""What is sent, why, and how: plain Python that knows no Django and no provider."""
