"""What medicines cost without insurance: dated, sourced prices, compared for one patient.

`rank` is pure and decides; `finder` understands one line of what somebody takes; `queries` and
`commands` read and write. A price is never quoted without its date and source.
"""
