"""The published register: Appendix 1 in both languages, as files that anybody may fetch (§3, §5, §9)."""
