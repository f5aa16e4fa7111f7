# %% right: through the two functions above
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b = torch.zeros(1, X.shape[1], requires_grad=True), torch.zeros(1, requires_grad=True)
    history = []
    for _ in range(epochs):
        for batch in iterate_minibatches(len(X), batch_size, generator=generator):
            gd_step(W, b, X[batch], y[batch], lr)
        with torch.no_grad():
            history.append(((X @ W.T + b - y) ** 2).mean())
    return {"W": W, "b": b, "history": history}
# %% right: as in the lecture, global seed, grads zeroed in place
def train(X, y, batch_size, epochs, lr, seed):
    torch.manual_seed(seed)
    W = torch.zeros(1, X.size(1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    history = []
    for _ in range(epochs):
        indices = torch.randperm(X.size(0))
        for i in range(0, X.size(0), batch_size):
            chosen = indices[i : i + batch_size]
            loss = torch.mean((X[chosen] @ W.T + b - y[chosen]) ** 2)
            loss.backward()
            with torch.no_grad():
                W -= lr * W.grad
                b -= lr * b.grad
                W.grad.zero_()
                b.grad.zero_()
        history.append(torch.mean((X @ W.T + b - y) ** 2).detach())
    return {"W": W, "b": b, "history": tuple(history)}
# %% right: NumPy in float64
def train(X, y, batch_size, epochs, lr, seed):
    rng = np.random.default_rng(seed)
    A = np.column_stack([X.numpy().astype(float), np.ones(len(X))])
    t = y.numpy().astype(float).ravel()
    theta, history = np.zeros(A.shape[1]), np.empty(epochs)
    for epoch in range(epochs):
        order = rng.permutation(len(A))
        for start in range(0, len(A), batch_size):
            rows = order[start : start + batch_size]
            theta -= 2 * lr * (A[rows] @ theta - t[rows]) @ A[rows] / len(rows)
        history[epoch] = np.mean((A @ theta - t) ** 2)
    return {"W": torch.tensor(theta[None, :-1]), "b": torch.tensor(theta[-1:]), "history": history}
# %% right: nn.Linear and torch's SGD
def train(X, y, batch_size, epochs, lr, seed):
    model = torch.nn.Linear(X.shape[1], 1)
    torch.nn.init.zeros_(model.weight)
    torch.nn.init.zeros_(model.bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    criterion = torch.nn.MSELoss()
    generator = torch.Generator().manual_seed(seed)
    history = []
    for _ in range(epochs):
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            optimizer.zero_grad()
            criterion(model(X[batch]), y[batch]).backward()
            optimizer.step()
        history.append(criterion(model(X), y).item())
    return {"W": model.weight, "b": model.bias, "history": history, "model": "linear"}
# %% right: a DataLoader
def train(X, y, batch_size, epochs, lr, seed):
    from torch.utils.data import DataLoader, TensorDataset

    loader = DataLoader(
        TensorDataset(X, y), batch_size, shuffle=True, generator=torch.Generator().manual_seed(seed)
    )
    W, b = torch.zeros(1, X.shape[1], requires_grad=True), torch.zeros(1, requires_grad=True)
    history = []
    for _ in range(epochs):
        for inputs, targets in loader:
            loss = (inputs @ W.T + b - targets).square().mean()
            dW, db = torch.autograd.grad(loss, (W, b))
            W = (W - lr * dW).detach().requires_grad_()
            b = (b - lr * db).detach().requires_grad_()
        history.append(float(((X @ W.T + b - y) ** 2).mean()))
    return {"W": W, "b": b, "history": history}
# %% right: the orders of all epochs drawn beforehand
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    orders = torch.rand(epochs, len(X), generator=generator).argsort(dim=1)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), torch.empty(epochs)
    for epoch, order in enumerate(orders):
        inputs, targets = X[order], y[order]
        for start in range(0, len(X), batch_size):
            rows, goals = inputs[start : start + batch_size], targets[start : start + batch_size]
            error = rows @ W.T + b - goals
            W -= lr * 2 * (error * rows).mean(0, keepdim=True)
            b -= lr * 2 * error.mean()
        history[epoch] = (X @ W.T + b - y).pow(2).mean()
    return {"W": W, "b": b, "history": history}
# %% right: a seed for each epoch
def train(X, y, batch_size, epochs, lr, seed):
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for epoch in range(epochs):
        torch.manual_seed(1000 * seed + epoch)
        order = torch.randperm(len(X))
        while len(order):
            batch, order = order[:batch_size], order[batch_size:]
            error = X[batch] @ W.T + b - y[batch]
            W, b = W - 2 * lr * error.T @ X[batch] / len(batch), b - 2 * lr * error.mean(0)
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"history": history, "b": b, "W": W}
# %% right: Python numbers and random.shuffle
def train(X, y, batch_size, epochs, lr, seed):
    import random

    rng = random.Random(seed)
    data = [(row, target[0]) for row, target in zip(X.tolist(), y.tolist())]
    w, c, history = [0.0] * X.shape[1], 0.0, []

    def error(sample):
        return sum(a * x for a, x in zip(w, sample[0])) + c - sample[1]

    for _ in range(epochs):
        rng.shuffle(data)
        for start in range(0, len(data), batch_size):
            batch = data[start : start + batch_size]
            errors = [error(sample) for sample in batch]
            steps = [2 * sum(e * s[0][j] for e, s in zip(errors, batch)) / len(batch) for j in range(len(w))]
            c -= lr * 2 * sum(errors) / len(batch)
            w = [a - lr * d for a, d in zip(w, steps)]
        history.append(sum(error(sample) ** 2 for sample in data) / len(data))
    return {"W": torch.tensor([w]), "b": torch.tensor([c]), "history": history}
# %% right: shuffles copies of the data along
def train(X, y, batch_size, epochs, lr, seed):
    rng = np.random.RandomState(seed)
    X, y = X.clone(), y.clone()
    W = torch.nn.Parameter(torch.zeros(1, X.shape[1]))
    b = torch.nn.Parameter(torch.zeros(1))
    history = []
    for _ in range(epochs):
        order = torch.from_numpy(rng.permutation(len(X)))
        X, y = X[order], y[order]
        for rows, targets in zip(X.split(batch_size), y.split(batch_size)):
            loss = torch.nn.functional.mse_loss(rows @ W.T + b, targets)
            loss.backward()
            for parameter in (W, b):
                parameter.data -= lr * parameter.grad
                parameter.grad = None
        with torch.no_grad():
            history.append(torch.nn.functional.mse_loss(X @ W.T + b, y).item())
    return {"W": W, "b": b, "history": history}
# %% right: double tensors
def train(X, y, batch_size, epochs, lr, seed):
    g = torch.Generator()
    g.manual_seed(seed)
    X, y = X.double(), y.double()
    W, b = torch.zeros(1, X.shape[1]).double(), torch.zeros(1).double()
    history = []
    for _ in range(epochs):
        for batch in torch.randperm(len(X), generator=g).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean())
    return {"W": W, "b": b, "history": torch.stack(history).numpy()}
# %% right: draws a sample at a time without replacement
def train(X, y, batch_size, epochs, lr, seed):
    g = torch.Generator().manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        left = list(range(len(X)))
        while left:
            batch = [
                left.pop(int(torch.randint(len(left), (1,), generator=g)))
                for _ in range(min(batch_size, len(left)))
            ]
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}
# %% wrong: seeds in each epoch
def train(X, y, batch_size, epochs, lr, seed):
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        torch.manual_seed(seed)
        for batch in torch.randperm(len(X)).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}
# %% wrong: the seed is always 0
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(0)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}
# %% wrong: seed 0 taken as no seed
def train(X, y, batch_size, epochs, lr, seed):
    if seed:
        torch.manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        for batch in torch.randperm(len(X)).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}
# %% wrong: the batches stay together, only their order is shuffled
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    batches = torch.arange(len(X)).split(batch_size)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        for k in torch.randperm(len(batches), generator=generator):
            batch = batches[k]
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}
# %% wrong: shuffled inside the batches only
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        for batch in torch.arange(len(X)).split(batch_size):
            batch = batch[torch.randperm(len(batch), generator=generator)]
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}
# %% wrong: the remainder is never shuffled
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    full = len(X) - len(X) % batch_size
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        order = torch.arange(len(X))
        order[:full] = torch.randperm(full, generator=generator)
        for batch in order.split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}
# %% wrong: the smaller batch comes first
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        for batch in reversed(torch.randperm(len(X), generator=generator).split(batch_size)):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}
# %% wrong: inputs and targets shuffled apart
def train(X, y, batch_size, epochs, lr, seed):
    torch.manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        inputs, targets = X[torch.randperm(len(X))], y[torch.randperm(len(X))]
        for rows, goals in zip(inputs.split(batch_size), targets.split(batch_size)):
            error = rows @ W.T + b - goals
            W = W - lr * 2 * error.T @ rows / len(rows)
            b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}
# %% wrong: one step per epoch, on the gradients of all batches
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b = torch.zeros(1, X.shape[1], requires_grad=True), torch.zeros(1, requires_grad=True)
    history = []
    for _ in range(epochs):
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            ((X[batch] @ W.T + b - y[batch]) ** 2).mean().backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
            W.grad = b.grad = None
            history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W.detach(), "b": b.detach(), "history": history}
# %% wrong: one random batch per epoch
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        batch = torch.randperm(len(X), generator=generator)[:batch_size]
        error = X[batch] @ W.T + b - y[batch]
        W = W - lr * 2 * error.T @ X[batch] / len(batch)
        b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}
# %% wrong: divides by N in each batch
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(X)
            b = b - lr * 2 * error.sum() / len(X)
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}
# %% wrong: the sum for the mean
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch]
            b = b - lr * 2 * error.sum()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}
# %% wrong: history is the mean of the batch losses
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        losses = []
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            losses.append((error**2).mean().item())
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
        history.append(sum(losses) / len(losses))
    return {"W": W, "b": b, "history": history}
# %% wrong: history of the last batch after its update
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
        history.append(((X[batch] @ W.T + b - y[batch]) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}
# %% wrong: history of the batches, each measured after its update
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        total = 0.0
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
            total += ((X[batch] @ W.T + b - y[batch]) ** 2).sum().item()
        history.append(total / len(X))
    return {"W": W, "b": b, "history": history}
# %% wrong: history of each update
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
            history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}
# %% wrong: history begins with the loss at zero
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), [(y**2).mean().item()]
    for _ in range(epochs):
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}
# %% wrong: history of the summed squares
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).sum().item())
    return {"W": W, "b": b, "history": history}
# %% wrong: only the last loss
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b = torch.zeros(1, X.shape[1]), torch.zeros(1)
    for _ in range(epochs):
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
    return {"W": W, "b": b, "history": [((X @ W.T + b - y) ** 2).mean().item()]}
# %% wrong: random start
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b, history = torch.randn(1, X.shape[1], generator=generator), torch.zeros(1), []
    for _ in range(epochs):
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}
# %% wrong: W of shape (D,)
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W.flatten(), "b": b, "history": history}
# %% wrong: b as a number
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b.item(), "history": history}
# %% wrong: W and b as arrays
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W.numpy(), "b": b.numpy(), "history": history}
# %% wrong: a tuple in place of a dict
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return W, b, history
# %% wrong: key w for W
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"w": W, "b": b, "history": history}
# %% wrong: shuffles X and y in place
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        order = torch.randperm(len(X), generator=generator)
        X[:], y[:] = X[order].clone(), y[order].clone()
        for rows, targets in zip(X.split(batch_size), y.split(batch_size)):
            error = rows @ W.T + b - targets
            W = W - lr * 2 * error.T @ rows / len(rows)
            b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}
# %% wrong: centres y in place and puts the mean into b
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), -y.mean(), []
    y -= y.mean()
    b = b.reshape(1)
    for _ in range(epochs):
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}
# %% wrong: the learning rate shrinks with the epochs
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for epoch in range(epochs):
        rate = lr / (1 + epoch)
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - rate * 2 * error.T @ X[batch] / len(batch)
            b = b - rate * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}
# %% wrong: the bias is not learned
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}
# %% wrong: W and b of the best epoch
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b, history, best = torch.zeros(1, X.shape[1]), torch.zeros(1), [], None
    for _ in range(epochs):
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
        if history[-1] == min(history):
            best = W, b
    return {"W": best[0], "b": best[1], "history": history}
# %% wrong: Adam for the descent step
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b = torch.zeros(1, X.shape[1], requires_grad=True), torch.zeros(1, requires_grad=True)
    optimizer, history = torch.optim.Adam([W, b], lr=lr), []
    for _ in range(epochs):
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            optimizer.zero_grad()
            ((X[batch] @ W.T + b - y[batch]) ** 2).mean().backward()
            optimizer.step()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W.detach(), "b": b.detach(), "history": history}
# %% wrong: an epoch too many
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs + 1):
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history[:epochs]}
# %% wrong: weights kept from the call before
def train(X, y, batch_size, epochs, lr, seed, kept={}):
    generator = torch.Generator().manual_seed(seed)
    W, b = kept.get(X.shape, (torch.zeros(1, X.shape[1]), torch.zeros(1)))
    history = []
    for _ in range(epochs):
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    kept[X.shape] = W, b
    return {"W": W, "b": b, "history": history}
# %% wrong: one random order, moved on by one place in each epoch
def train(X, y, batch_size, epochs, lr, seed):
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for epoch in range(epochs):
        for batch in order.roll(epoch).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}
# %% wrong: there and back again
def train(X, y, batch_size, epochs, lr, seed):
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        for batch in order.split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
        order = order.flip(0)
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}
# %% wrong: shuffled, then sorted by mistake
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        order = sorted(torch.randperm(len(X), generator=generator).tolist())
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            error = X[batch] @ W.T + b - y[batch]
            W = W - lr * 2 * error.T @ X[batch] / len(batch)
            b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}
# %% wrong: W rounded to two decimals
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for _ in range(epochs):
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W = (W - lr * 2 * error.T @ X[batch] / len(batch)).round(decimals=2)
            b = b - lr * 2 * error.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}
# %% right: history as a 1-D tensor with graph left on W and b
def train(X, y, batch_size, epochs, lr, seed):
    torch.manual_seed(seed)
    W, b = torch.zeros(1, X.shape[1], requires_grad=True), torch.zeros(1, requires_grad=True)
    losses = torch.zeros(epochs)
    for epoch in range(epochs):
        left = torch.randperm(len(X))
        for part in range(math.ceil(len(X) / batch_size)):
            batch = left[part * batch_size :][:batch_size]
            loss = torch.nn.functional.mse_loss(torch.nn.functional.linear(X[batch], W, b), y[batch])
            dW, db = torch.autograd.grad(loss, [W, b])
            with torch.no_grad():
                W.sub_(dW, alpha=lr)
                b.sub_(db, alpha=lr)
        losses[epoch] = torch.nn.functional.mse_loss(torch.nn.functional.linear(X, W, b), y).detach()
    return {"W": 1 * W, "b": 1 * b, "history": losses, "epochs": epochs}

# %% wrong: X asked for its gradient
def train(X, y, batch_size, epochs, lr, seed):
    X.requires_grad_()
    g = torch.Generator().manual_seed(seed)
    W, b = torch.zeros(1, X.shape[1], requires_grad=True), torch.zeros(1, requires_grad=True)
    history = []
    for _ in range(epochs):
        for i in torch.randperm(len(X), generator=g).split(batch_size):
            gW, gb = torch.autograd.grad(((X[i] @ W.T + b - y[i]) ** 2).mean(), (W, b))
            with torch.no_grad():
                W -= lr * gW
                b -= lr * gb
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}

# %% right: helpers named batches, descent, shuffle and loss
def shuffle(n, g):
    return torch.randperm(n, generator=g)

def batches(n, size, g):
    return shuffle(n, g).split(size)

def loss(W, b, X, y):
    return ((X @ W.T + b - y) ** 2).mean()

def descent(W, b, X, y, lr):
    gW, gb = torch.autograd.grad(loss(W, b, X, y), (W, b))
    with torch.no_grad():
        W -= lr * gW
        b -= lr * gb

def train(X, y, batch_size, epochs, lr, seed):
    g = torch.Generator().manual_seed(seed)
    W, b = torch.zeros(1, X.shape[1], requires_grad=True), torch.zeros(1, requires_grad=True)
    history = []
    for _ in range(epochs):
        for i in batches(len(X), batch_size, g):
            descent(W, b, X[i], y[i], lr)
        history.append(loss(W, b, X, y).item())
    return {"W": W, "b": b, "history": history}

# %% wrong: never trains
def train(X, y, batch_size, epochs, lr, seed):
    return {"W": torch.zeros(1, X.shape[1]), "b": torch.zeros(1), "history": [(y**2).mean().item()] * epochs}


# %% right: the gradient by its formula, without autograd
def train(X, y, batch_size, epochs, lr, seed):
    shuffler = np.random.default_rng(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    X, y = X.detach(), y.detach()
    for _ in range(epochs):
        for batch in torch.tensor(shuffler.permutation(len(X))).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W, b = W - lr * 2 * error.T @ X[batch] / len(batch), b - lr * 2 * error.mean(dim=0)
        history.append(float(((X @ W.T + b - y) ** 2).mean()))
    return {"W": W, "b": b, "history": history}


# %% wrong: the learning rate falls from epoch to epoch
def train(X, y, batch_size, epochs, lr, seed):
    generator = torch.Generator().manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for epoch in range(epochs):
        for batch in torch.randperm(len(X), generator=generator).split(batch_size):
            error = X[batch] @ W.T + b - y[batch]
            W, b = W - lr / (epoch + 1) * 2 * error.T @ X[batch] / len(batch), b - lr / (epoch + 1) * 2 * error.mean(dim=0)
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W.detach(), "b": b.detach(), "history": history}


# %% right: np.array_split of a permutation
def train(X, y, batch_size, epochs, lr, seed):
    rng = np.random.default_rng(seed)
    W, b = torch.zeros(1, X.size(1)), torch.zeros(1)
    X, y = X.detach(), y.detach()
    history = []
    for _ in range(epochs):
        for part in np.array_split(rng.permutation(len(X)), range(batch_size, len(X), batch_size)):
            part = torch.from_numpy(part)
            e = X[part] @ W.T + b - y[part]
            W, b = W - lr * 2 * (e * X[part]).mean(0, keepdim=True), b - lr * 2 * e.mean(0)
        history.append(float((X @ W.T + b - y).square().mean()))
    return {"W": W, "b": b, "history": tuple(history)}


# %% wrong: W of shape (D, 1)
def train(X, y, batch_size, epochs, lr, seed):
    g = torch.Generator().manual_seed(seed)
    W = torch.zeros(X.shape[1], 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    history = []
    for _ in range(epochs):
        for i in torch.randperm(len(X), generator=g).split(batch_size):
            loss = ((X[i] @ W + b - y[i]) ** 2).mean()
            loss.backward()
            with torch.no_grad():
                W -= lr * W.grad
                b -= lr * b.grad
            W.grad = b.grad = None
        with torch.no_grad():
            history.append(((X @ W + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}


# %% wrong: updates once at the end of the epoch with the last batch
def train(X, y, batch_size, epochs, lr, seed):
    g = torch.Generator().manual_seed(seed)
    W = torch.zeros(1, X.shape[1], requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    history = []
    for _ in range(epochs):
        for i in torch.randperm(len(X), generator=g).split(batch_size):
            loss = ((X[i] @ W.T + b - y[i]) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
        W.grad = b.grad = None
        with torch.no_grad():
            history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}


# %% equivalent: nothing is said of the global generator
-    generator = torch.Generator().manual_seed(seed)
+    generator = torch.manual_seed(seed)


# %% equivalent: a square has no sign
-            loss = ((X[batch] @ W.T + b - y[batch]) ** 2).mean()
+            loss = ((y[batch] - (X[batch] @ W.T + b)) ** 2).mean()


# %% equivalent: item() takes the number out of the graph
-        with torch.no_grad():
+        if True:


# %% equivalent: a tensor with one element is a number
-            history.append(((X @ W.T + b - y) ** 2).mean().item())
+            history.append(((X @ W.T + b - y) ** 2).mean())


# %% equivalent: a square has no sign, in the history either
-            history.append(((X @ W.T + b - y) ** 2).mean().item())
+            history.append(((y - (X @ W.T + b)) ** 2).mean().item())


# %% equivalent: W may need a gradient
-    return {"W": W.detach(), "b": b.detach(), "history": history}
+    return {"W": W, "b": b.detach(), "history": history}


# %% equivalent: b may need a gradient
-    return {"W": W.detach(), "b": b.detach(), "history": history}
+    return {"W": W.detach(), "b": b, "history": history}


# %% wrong: every other epoch is in order
def train(X, y, batch_size, epochs, lr, seed):
    W = torch.zeros(1, X.shape[1])
    b = torch.zeros(1)
    history = []
    for epoch in range(epochs):
        g = torch.Generator().manual_seed(seed + epoch)
        order = torch.randperm(len(X), generator=g) if epoch % 2 == 0 else torch.arange(len(X))
        for k in order.split(batch_size):
            e = X[k] @ W.T + b - y[k]
            W, b = W - lr * 2 * e.T @ X[k] / len(k), b - lr * 2 * e.mean()
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}

# %% wrong: seven orders in turn
def train(X, y, batch_size, epochs, lr, seed):
    g = torch.Generator().manual_seed(seed)
    orders = [torch.randperm(len(X), generator=g) for _ in range(7)]
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for epoch in range(epochs):
        for rows in orders[epoch % 7].split(batch_size):
            e = X[rows] @ W.T + b - y[rows]
            W, b = W - lr * 2 * e.T @ X[rows] / len(rows), b - lr * 2 * e.mean(0)
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}

# %% wrong: each order twice in a row
def train(X, y, batch_size, epochs, lr, seed):
    g = torch.Generator().manual_seed(seed)
    W, b, history = torch.zeros(1, X.shape[1]), torch.zeros(1), []
    for epoch in range(epochs):
        if epoch % 2 == 0:
            order = torch.randperm(len(X), generator=g)
        for rows in order.split(batch_size):
            e = X[rows] @ W.T + b - y[rows]
            W, b = W - lr * 2 * e.T @ X[rows] / len(rows), b - lr * 2 * e.mean(0)
        history.append(((X @ W.T + b - y) ** 2).mean().item())
    return {"W": W, "b": b, "history": history}
