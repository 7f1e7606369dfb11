"""What a host tests with. It needs the extra `testing`.

contracts/         what every adapter of a port must pass, as classes of tests to subclass
simulation/        a town that lives on a shop, with everything going wrong that can, and an audit
                   of its books; `Wire` and the wired ports put faults into a shop of your own
handlers.py        handlers of effects that fail, dawdle or kill their worker, and no other
strategies.py      Hypothesis strategies: amounts, places, pieces, orders, histories, policies
drawn_policies.py  how a policy is drawn: every field by its kind and within its bounds
"""
