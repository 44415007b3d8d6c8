"""Eight users at once, a thread each: their scorings share forward passes, their facts nothing.

    python examples/many_users.py
"""

from concurrent.futures import ThreadPoolExecutor

from langchain_kgt import KGTMemory

memory = KGTMemory.from_llm()
cities = ["Lima", "Oslo", "Rome", "Cairo", "Kyoto", "Porto", "Quito", "Hanoi"]


def live(number: int) -> str:
    user = f"user {number}"
    memory.correct("Where does my sister live?", cities[number], user_id=user)
    [best, *_] = memory.recall("In which city is the home of my sister?", user_id=user)
    return f"{user}: {best.triple}"


with ThreadPoolExecutor(8) as pool:
    for line in pool.map(live, range(8)):
        print(line)
