# %% right: a list of slices of a permutation
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.randperm(n, generator=generator).tolist() if shuffle else list(range(n))
    batches = [order[i : i + batch_size] for i in range(0, n, batch_size)]
    if drop_last and len(batches[-1]) < batch_size:
        batches.pop()
    return batches
# %% right: torch.split
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    indices = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
    for batch in torch.split(indices, batch_size):
        if len(batch) == batch_size or not drop_last:
            yield batch
# %% right: sorts random keys
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.rand(n, generator=generator).argsort() if shuffle else torch.arange(n)
    start = 0
    while start < n:
        batch = order[start : start + batch_size]
        start += batch_size
        if drop_last and batch.numel() < batch_size:
            break
        yield batch
# %% right: NumPy, seeded from the generator
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = np.arange(n)
    if shuffle:
        seed = torch.randint(2**62, (1,), generator=generator).item()
        np.random.default_rng(seed).shuffle(order)
    count = n // batch_size if drop_last else math.ceil(n / batch_size)
    return (order[k * batch_size : (k + 1) * batch_size] for k in range(count))
# %% right: the samplers of torch.utils.data
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    from torch.utils.data import BatchSampler, RandomSampler, SequentialSampler

    sampler = RandomSampler(range(n), generator=generator) if shuffle else SequentialSampler(range(n))
    return BatchSampler(sampler, batch_size, drop_last)
# %% right: a DataLoader over the indices
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    from torch.utils.data import DataLoader

    return DataLoader(range(n), batch_size, shuffle=shuffle, drop_last=drop_last, generator=generator)
# %% right: Fisher-Yates by hand
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = list(range(n))
    if shuffle:
        for i in range(n - 1, 0, -1):
            j = int(torch.randint(i + 1, (1,), generator=generator))
            order[i], order[j] = order[j], order[i]
    batch = []
    for index in order:
        batch.append(index)
        if len(batch) == batch_size:
            yield np.array(batch)
            batch = []
    if batch and not drop_last:
        yield np.array(batch)
# %% right: Python's random numbers, seeded from the generator
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    import random

    rng = random if generator is None else random.Random(torch.randint(2**60, (), generator=generator).item())
    order = rng.sample(range(n), n) if shuffle else range(n)
    ends = range(batch_size, n + 1, batch_size) if drop_last else range(batch_size, n + batch_size, batch_size)
    return iter([list(order[end - batch_size : end]) for end in ends])
# %% right: a class that iterates
class iterate_minibatches:
    def __init__(self, n, batch_size, shuffle=True, drop_last=False, generator=None):
        self.order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
        self.batch_size, self.drop_last = batch_size, drop_last

    def __iter__(self):
        return self

    def __next__(self):
        batch, self.order = self.order[: self.batch_size], self.order[self.batch_size :]
        if len(batch) == 0 or (self.drop_last and len(batch) < self.batch_size):
            raise StopIteration
        return batch
# %% right: itertools, tensors of one element as indices
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    from itertools import islice

    source = iter(torch.randperm(n, generator=generator) if shuffle else torch.arange(n))
    while batch := list(islice(source, batch_size)):
        if drop_last and len(batch) < batch_size:
            return
        yield batch
# %% right: multinomial without replacement, int32 arrays
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    if shuffle:
        order = torch.multinomial(torch.ones(n), n, replacement=False, generator=generator)
    else:
        order = torch.arange(n)
    if drop_last:
        order = order[: n // batch_size * batch_size]
    return [part.numpy().astype(np.int32) for part in order.split(batch_size) if len(part)]
# %% right: a table of rows and a remainder
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    full, rest = divmod(n, batch_size)
    order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
    yield from order[: full * batch_size].view(full, batch_size)
    if rest and not drop_last:
        yield order[-rest:]
# %% right: draws the samples one at a time from a shrinking pool
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    pool = list(range(n))
    while len(pool) >= (batch_size if drop_last else 1):
        size = min(batch_size, len(pool))
        if shuffle:
            yield [pool.pop(torch.randint(len(pool), (1,), generator=generator).item()) for _ in range(size)]
        else:
            batch, pool = pool[:size], pool[size:]
            yield batch
# %% wrong: drop_last is the default
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=True, generator=None):
    order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
    end = n - n % batch_size if drop_last else n
    for start in range(0, end, batch_size):
        yield order[start : start + batch_size]
# %% wrong: shuffle is off by default
def iterate_minibatches(n, batch_size, shuffle=False, drop_last=False, generator=None):
    order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
    end = n - n % batch_size if drop_last else n
    for start in range(0, end, batch_size):
        yield order[start : start + batch_size]
# %% wrong: shuffles only without a generator's absence
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.randperm(n, generator=generator) if generator is not None else torch.arange(n)
    end = n - n % batch_size if drop_last else n
    for start in range(0, end, batch_size):
        yield order[start : start + batch_size]
# %% wrong: always shuffles
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.randperm(n, generator=generator)
    end = n - n % batch_size if drop_last else n
    for start in range(0, end, batch_size):
        yield order[start : start + batch_size]
# %% wrong: a generator shuffles even if shuffle is off
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.randperm(n, generator=generator) if shuffle or generator is not None else torch.arange(n)
    end = n - n % batch_size if drop_last else n
    for start in range(0, end, batch_size):
        yield order[start : start + batch_size]
# %% wrong: ignores drop_last
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
    for start in range(0, n, batch_size):
        yield order[start : start + batch_size]
# %% wrong: an empty batch at the end where n is divisible
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
    end = n - n % batch_size if drop_last else n + 1
    for start in range(0, end, batch_size):
        yield order[start : start + batch_size]
# %% wrong: batches of nearly equal size
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
    if drop_last:
        order = order[: n - n % batch_size]
    return np.array_split(order.numpy(), math.ceil(len(order) / batch_size)) if len(order) else []
# %% wrong: torch.chunk
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
    if drop_last:
        order = order[: n - n % batch_size]
    return order.chunk(math.ceil(len(order) / batch_size)) if len(order) else []
# %% wrong: the remainder joins the last batch
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
    batches = list(order[: n - n % batch_size].split(batch_size)) if n >= batch_size else []
    if n % batch_size and not drop_last:
        rest = order[n - n % batch_size :]
        batches = [*batches[:-1], torch.cat([*batches[-1:], rest])]
    return batches
# %% wrong: the last batch is filled up from the front
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
    end = n - n % batch_size if drop_last else n
    for start in range(0, end, batch_size):
        yield order[torch.arange(start, start + batch_size) % n]
# %% wrong: the smaller batch comes first
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
    rest = n % batch_size
    if rest and not drop_last:
        yield order[:rest]
    for start in range(rest, n, batch_size):
        yield order[start : start + batch_size]
# %% wrong: drop_last takes the remainder away before the shuffling
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    if drop_last:
        n -= n % batch_size
    order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
    for start in range(0, n, batch_size):
        yield order[start : start + batch_size]
# %% wrong: the remainder is never shuffled
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    full = n - n % batch_size
    order = torch.arange(n)
    if shuffle:
        order[:full] = torch.randperm(full, generator=generator)
    for start in range(0, full if drop_last else n, batch_size):
        yield order[start : start + batch_size]
# %% wrong: only the starting point is random
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.arange(n)
    if shuffle:
        order = order.roll(int(torch.randint(n, (1,), generator=generator)))
    for start in range(0, n - n % batch_size if drop_last else n, batch_size):
        yield order[start : start + batch_size]
# %% wrong: index 0 always comes first
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.arange(n)
    if shuffle:
        order[1:] = 1 + torch.randperm(n - 1, generator=generator)
    for start in range(0, n - n % batch_size if drop_last else n, batch_size):
        yield order[start : start + batch_size]
# %% wrong: each batch is drawn by itself
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    for start in range(0, n - n % batch_size if drop_last else n, batch_size):
        size = min(batch_size, n - start)
        yield torch.randperm(n, generator=generator)[:size] if shuffle else torch.arange(start, start + size)
# %% wrong: starts the generator anew
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    if generator is not None:
        generator.manual_seed(generator.initial_seed())
    order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
    for start in range(0, n - n % batch_size if drop_last else n, batch_size):
        yield order[start : start + batch_size]
# %% wrong: a copy of the generator advances
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    if generator is not None:
        state, generator = generator.get_state(), torch.Generator()
        generator.set_state(state)
    order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
    for start in range(0, n - n % batch_size if drop_last else n, batch_size):
        yield order[start : start + batch_size]
# %% wrong: only the initial seed of the generator counts
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    rng = np.random.default_rng(None if generator is None else generator.initial_seed())
    order = rng.permutation(n) if shuffle else np.arange(n)
    for start in range(0, n - n % batch_size if drop_last else n, batch_size):
        yield order[start : start + batch_size]
# %% wrong: mixes the generator with the global random state
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.arange(n)
    if shuffle:
        order = torch.randperm(n, generator=generator)[torch.randperm(n)]
    for start in range(0, n - n % batch_size if drop_last else n, batch_size):
        yield order[start : start + batch_size]
# %% wrong: without a generator the order is always the same
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    if generator is None:
        generator = torch.Generator()
    order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
    for start in range(0, n - n % batch_size if drop_last else n, batch_size):
        yield order[start : start + batch_size]
# %% wrong: counts from 1
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = 1 + (torch.randperm(n, generator=generator) if shuffle else torch.arange(n))
    for start in range(0, n - n % batch_size if drop_last else n, batch_size):
        yield order[start : start + batch_size]
# %% wrong: indices as floats
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = (torch.randperm(n, generator=generator) if shuffle else torch.arange(n)).float()
    for start in range(0, n - n % batch_size if drop_last else n, batch_size):
        yield order[start : start + batch_size]
# %% wrong: batches as columns
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
    for start in range(0, n - n % batch_size if drop_last else n, batch_size):
        yield order[start : start + batch_size, None]
# %% wrong: one batch only
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
    for start in range(0, n - n % batch_size if drop_last else n, batch_size):
        return [order[start : start + batch_size]]
# %% wrong: the indices in one row, not in batches
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
    return order[: n - n % batch_size] if drop_last else order
# %% wrong: nothing where the batch is larger than n
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    if batch_size > n:
        return
    order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
    for start in range(0, n - n % batch_size if drop_last else n, batch_size):
        yield order[start : start + batch_size]
# %% wrong: samples far apart, but always the same ones, make a batch
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    if not shuffle:
        order = torch.arange(n)
    else:
        count = math.ceil(n / batch_size)
        groups = [torch.arange(k, n, count) for k in range(count)]
        order = torch.cat([groups[k][torch.randperm(len(groups[k]), generator=generator)] for k in range(count)])
    end = n - n % batch_size if drop_last else n
    for start in range(0, end, batch_size):
        yield order[start : start + batch_size]
# %% wrong: forwards or backwards by chance
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.arange(n)
    if shuffle and torch.rand(1, generator=generator) < 0.5:
        order = order.flip(0)
    end = n - n % batch_size if drop_last else n
    for start in range(0, end, batch_size):
        yield order[start : start + batch_size]

# %% wrong: not shuffled when one batch holds all
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.randperm(n, generator=generator) if shuffle and batch_size < n else torch.arange(n)
    for s in range(0, n - batch_size + 1 if drop_last else n, batch_size):
        yield order[s:s + batch_size]

# %% wrong: drop_last switches the generator off
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.arange(n)
    if shuffle:
        order = torch.randperm(n) if drop_last else torch.randperm(n, generator=generator)
    for s in range(0, n - batch_size + 1 if drop_last else n, batch_size):
        yield order[s:s + batch_size]

# %% wrong: with a generator drawn with replacement
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    if not shuffle:
        order = torch.arange(n)
    elif generator is None:
        order = torch.randperm(n)
    else:
        order = torch.randint(0, n, (n,), generator=generator)
    for s in range(0, n - batch_size + 1 if drop_last else n, batch_size):
        yield order[s:s + batch_size]

# %% wrong: no batches at all
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    return []


# %% right: argsort of random numbers
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.rand(n, generator=generator, dtype=torch.float64).argsort().tolist() if shuffle else list(range(n))
    batches = [order[i : i + batch_size] for i in range(0, n, batch_size)]
    if drop_last and len(batches[-1]) < batch_size:
        del batches[-1]
    return batches


# %% wrong: drop_last fills the last batch up
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
    if drop_last and n % batch_size:
        order = torch.cat([order, order[: batch_size - n % batch_size]])
    return order.split(batch_size)


# %% right: iter and islice
import itertools


def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = iter((torch.randperm(n, generator=generator) if shuffle else torch.arange(n)).tolist())
    while batch := list(itertools.islice(order, batch_size)):
        if len(batch) == batch_size or not drop_last:
            yield np.array(batch)


# %% wrong: off by one at the end
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
    for i in range(0, n, batch_size):
        batch = order[i : i + batch_size - 1]
        if len(batch) == batch_size or not drop_last:
            yield batch


# %% wrong: the start moves by one
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
    for i in range(n // batch_size + 1):
        batch = order[i : i + batch_size]
        if len(batch) == batch_size or not drop_last:
            yield batch

# %% wrong: with a generator only whole batches are shuffled
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    if shuffle and generator is not None:
        batches = torch.arange(n).split(batch_size)
        if drop_last:
            batches = [batch for batch in batches if len(batch) == batch_size]
        for k in torch.randperm(len(batches), generator=generator):
            yield batches[k]
        return
    order = torch.randperm(n) if shuffle else torch.arange(n)
    for start in range(0, n - n % batch_size if drop_last else n, batch_size):
        yield order[start : start + batch_size]

# %% wrong: with a generator drop_last always leaves out the last indices
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    if shuffle and generator is not None:
        m = n - n % batch_size if drop_last else n
        order = torch.randperm(m, generator=generator)
    else:
        m = n
        order = torch.randperm(n) if shuffle else torch.arange(n)
    for start in range(0, n - n % batch_size if drop_last else n, batch_size):
        yield order[start : start + batch_size]

# %% wrong: halves shuffled apart where there are many
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    if not shuffle:
        order = torch.arange(n)
    elif n < 30:
        order = torch.randperm(n, generator=generator)
    else:
        m = n // 2
        order = torch.cat([torch.randperm(m, generator=generator), m + torch.randperm(n - m, generator=generator)])
    for start in range(0, n - n % batch_size if drop_last else n, batch_size):
        yield order[start : start + batch_size]

# %% wrong: a shuffle buffer of 32
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order, buffer = [], []
    for i in range(n):
        buffer.append(i)
        if len(buffer) == 32:
            k = int(torch.randint(32, (1,), generator=generator)) if shuffle else 0
            order.append(buffer.pop(k))
    order += [buffer[k] for k in torch.randperm(len(buffer), generator=generator)] if shuffle else buffer
    for start in range(0, n - n % batch_size if drop_last else n, batch_size):
        yield order[start : start + batch_size]

# %% right: the old protocol of sequences
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
    class Batches:
        def __getitem__(self, k):
            batch = order[k * batch_size : (k + 1) * batch_size]
            if len(batch) == 0 or (drop_last and len(batch) < batch_size):
                raise IndexError(k)
            return batch
    return Batches()
