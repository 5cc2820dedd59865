"""机构: waiting lists, beds and stays, care in the home, contracts and fees, what a family may see.

Owns applications and the waiting list (轮候), offers, rooms, stays and the use of beds, care plans and tasks, shift
handovers, incidents, price lists, bills, prepaid fees under custody. The state of a bed is never typed: it is
what the uses of beds say. Leaves to others: who is assessed how (assessment), beds and homes as places (registry),
inspection and subsidies (rooms to come).
"""
