"""The people of the demonstration: who works in the network, and whom they care for."""
