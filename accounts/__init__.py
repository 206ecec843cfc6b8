"""Who people are, which organization they act for, and how they prove it."""
