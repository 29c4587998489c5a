"""Who is within reach of a police post in the sample town, who isn't, and why: the truth that coverage has to find."""
