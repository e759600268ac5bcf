"""The published register: pages and the words of Appendix 1."""
