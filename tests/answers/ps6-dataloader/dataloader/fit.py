# %% right: all by hand, no other exercise
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    n, model = len(X), nn.Linear(X.shape[1], 1)
    size = {"batch": n, "minibatch": 16, "sgd": 1}[method]
    optimizer = optim.Adam(model.parameters(), lr=lr)
    history = []
    for _ in range(epochs):
        total = 0.0
        for rows in torch.randperm(n).split(size):
            loss = nn.functional.mse_loss(model(X[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        history.append(total / n)
    return model, history

# %% right: its own generator for the weights, a tuple for the history
def fit(X, y, method, epochs, lr, seed=0):
    generator = torch.Generator().manual_seed(seed)
    model = nn.Linear(X.shape[1], 1, bias=True)
    nn.init.normal_(model.weight, generator=generator)
    nn.init.normal_(model.bias, std=2.0, generator=generator)
    optimizer = torch.optim.Adam(model.parameters(), lr)
    loader = make_loader(MyDataset(X, y), method, 16, seed)
    return model, tuple(train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs))

# %% right: leaves the global state alone, history as an array
def fit(X, y, method, epochs, lr, seed=0):
    loader = make_loader(dataset=MyDataset(X, y), method=method, seed=seed + 1)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = nn.Linear(X.size(1), 1)
    optimizer = optim.Adam(params=model.parameters(), lr=lr)
    history = np.zeros(epochs)
    for epoch in range(epochs):
        history[epoch] = train_one_epoch(model, loader, nn.MSELoss(), optimizer)
    return model, history

# %% right: Adam from its formula
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    averages = {p: [torch.zeros_like(p), torch.zeros_like(p)] for p in model.parameters()}
    t, history = 0, []
    for _ in range(epochs):
        losses = []
        for X_batch, y_batch in loader:
            t += 1
            loss = ((model(X_batch) - y_batch) ** 2).mean()
            for (p, (m, v)), g in zip(averages.items(), torch.autograd.grad(loss, list(model.parameters()))):
                m.mul_(0.9).add_(0.1 * g)
                v.mul_(0.999).add_(0.001 * g**2)
                with torch.no_grad():
                    p -= lr * (m / (1 - 0.9**t)) / ((v / (1 - 0.999**t)).sqrt() + 1e-8)
            losses += [loss.item()] * len(X_batch)
        history.append(sum(losses) / len(losses))
    return model, history

# %% right: one global seed for weights and order, a tensor for the history
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    sizes = {"batch": len(X), "minibatch": 16, "sgd": 1}
    loader = DataLoader(list(zip(X, y)), batch_size=sizes[method], shuffle=method != "batch")
    model = nn.Linear(in_features=X.shape[1], out_features=1)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    history = torch.tensor([train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)])
    return model, history

# %% right: weights drawn by NumPy, losses as tensors
def fit(X, y, method, epochs, lr, seed=0):
    rng = np.random.default_rng(seed)
    model = nn.Linear(X.shape[1], 1)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.from_numpy(rng.uniform(-3, 3, size=parameter.shape)))
    model.train()
    optimizer = optim.Adam(model.parameters(), lr=lr, foreach=False)
    data, losses = MyDataset(X, y), []
    loader = make_loader(data, method, seed=int(rng.integers(2**31)))
    while len(losses) < epochs:
        losses.append(torch.as_tensor(train_one_epoch(model, loader, nn.MSELoss(reduction="mean"), optimizer)))
    return model.eval(), losses

# %% right: a subclass of nn.Linear, a list for the result
def fit(X, y, method, epochs, lr, seed=0):
    class Line(nn.Linear):
        def __init__(self, n_inputs):
            super().__init__(n_inputs, 1)

    torch.manual_seed(seed)
    model = Line(X.shape[1])
    loader = make_loader(MyDataset(X.clone(), y.clone()), method, seed=seed)
    optimizer = optim.Adam([model.weight, model.bias], lr=lr)
    history = []
    for _ in range(epochs):
        history += [train_one_epoch(model, loader, nn.MSELoss(), optimizer)]
    return [model, history]

# %% right: weights that start near zero
def fit(X, y, method, epochs, lr, seed=0):
    model = nn.Linear(X.shape[1], 1)
    g = torch.Generator().manual_seed(seed)
    for p in model.parameters():
        p.data = 1e-3 * torch.randn(p.shape, generator=g)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    return model, [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]

# %% right: two groups in one optimizer
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    optimizer = optim.Adam([{"params": [model.bias]}, {"params": [model.weight], "lr": lr}], lr=lr)
    loader, loss = make_loader(MyDataset(X, y), method, seed=seed), nn.MSELoss()
    history = list(map(lambda _: train_one_epoch(model, loader, loss, optimizer), range(epochs)))
    return model, history

# %% right: a loader for each epoch, each with a seed of its own
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    history = []
    for epoch in range(epochs):
        loader = make_loader(MyDataset(X, y), method, seed=1000 * seed + epoch)
        history.append(train_one_epoch(model, loader, nn.MSELoss(), optimizer))
    return model, history

# %% wrong: no bias
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1, bias=False)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    return model, [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]

# %% wrong: the bias is not trained
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam([model.weight], lr=lr)
    return model, [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]

# %% wrong: wrapped in a Sequential
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(X.shape[1], 1))
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    return model, [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]

# %% wrong: AdamW
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.AdamW(model.parameters(), lr=lr)
    return model, [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]

# %% wrong: other momenta
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr, betas=(0.9, 0.99))
    return model, [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]

# %% wrong: optim.SGD where the method is 'sgd'
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = (optim.SGD if method == "sgd" else optim.Adam)(model.parameters(), lr=lr)
    return model, [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]

# %% wrong: lr ignored
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam(model.parameters())
    return model, [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]

# %% wrong: one epoch too few
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    return model, [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(1, epochs)]

# %% wrong: the last epoch trains, but is not in the history
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    history = [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]
    return model, history[: epochs - 1] + history[:1]

# %% wrong: the last loss in place of the history
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    for _ in range(epochs):
        loss = train_one_epoch(model, loader, nn.MSELoss(), optimizer)
    return model, [loss]

# %% wrong: one more loss at the end
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    history = [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]
    return model, [*history, nn.MSELoss()(model(X), y).item()]

# %% wrong: the history first
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    history = [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]
    return history, model

# %% wrong: the model alone
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    for _ in range(epochs):
        train_one_epoch(model, loader, nn.MSELoss(), optimizer)
    return model

# %% wrong: mini-batches of 32
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, batch_size=32, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    return model, [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]

# %% wrong: drops the last batch
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    generator = torch.Generator().manual_seed(seed)
    size = {"batch": len(X), "minibatch": min(16, len(X)), "sgd": 1}[method]
    loader = DataLoader(MyDataset(X, y), batch_size=size, shuffle=True, drop_last=True, generator=generator)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    return model, [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]

# %% wrong: in the order of the data
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    size = {"batch": len(X), "minibatch": 16, "sgd": 1}[method]
    loader = DataLoader(MyDataset(X, y), batch_size=size)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    return model, [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]

# %% wrong: history of batch means
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    history = []
    for _ in range(epochs):
        losses = []
        for X_batch, y_batch in loader:
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(X_batch), y_batch)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        history.append(sum(losses) / len(losses))
    return model, history

# %% wrong: history of last batches, as in the notes
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    history = []
    for _ in range(epochs):
        for X_batch, y_batch in loader:
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(X_batch), y_batch)
            loss.backward()
            optimizer.step()
        history.append(loss.item())
    return model, history

# %% wrong: a loss for each update
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    history = []
    for _ in range(epochs):
        for X_batch, y_batch in loader:
            history.append(train_one_epoch(model, [(X_batch, y_batch)], nn.MSELoss(), optimizer))
    return model, history

# %% wrong: the absolute error
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    return model, [train_one_epoch(model, loader, nn.L1Loss(), optimizer) for _ in range(epochs)]

# %% wrong: half the squared error in the history
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    return model, [train_one_epoch(model, loader, nn.MSELoss(), optimizer) / 2 for _ in range(epochs)]

# %% wrong: the seed is ignored
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(0)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=0)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    return model, [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]

# %% wrong: the seed for the order alone, the weights always the same
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(42)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    return model, [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]

# %% wrong: the seed for the weights alone, the order unseeded
def fit(X, y, method, epochs, lr, seed=0):
    model = nn.Linear(X.shape[1], 1)
    generator = torch.Generator().manual_seed(seed)
    for parameter in model.parameters():
        parameter.data.uniform_(-1, 1, generator=generator)
    size = {"batch": len(X), "minibatch": 16, "sgd": 1}[method]
    loader = DataLoader(MyDataset(X, y), batch_size=size, shuffle=True)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    return model, [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]

# %% wrong: seeded after the model is made
def fit(X, y, method, epochs, lr, seed=0):
    model = nn.Linear(X.shape[1], 1)
    torch.manual_seed(seed)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    return model, [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]

# %% wrong: weights that start at zero
def fit(X, y, method, epochs, lr, seed=0):
    model = nn.Linear(X.shape[1], 1)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    return model, [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]

# %% wrong: another default seed
def fit(X, y, method, epochs, lr, seed=42):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    return model, [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]

# %% wrong: a new model in each epoch
def fit(X, y, method, epochs, lr, seed=0):
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    history = []
    for _ in range(epochs):
        torch.manual_seed(seed)
        model = nn.Linear(X.shape[1], 1)
        optimizer = optim.Adam(model.parameters(), lr=lr)
        history.append(train_one_epoch(model, loader, nn.MSELoss(), optimizer))
    return model, history

# %% wrong: the weights with the least loss
def fit(X, y, method, epochs, lr, seed=0):
    import copy

    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    history, best = [], None
    for _ in range(epochs):
        history.append(train_one_epoch(model, loader, nn.MSELoss(), optimizer))
        if history[-1] == min(history):
            best = copy.deepcopy(model)
    return best, history

# %% wrong: stops where the loss goes up
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    history = []
    for _ in range(epochs):
        history.append(train_one_epoch(model, loader, nn.MSELoss(), optimizer))
        if len(history) > 1 and history[-1] > history[-2]:
            history += history[-1:] * (epochs - len(history))
            break
    return model, history

# %% wrong: the learning rate falls
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    schedule = optim.lr_scheduler.ExponentialLR(optimizer, 0.9)
    history = []
    for _ in range(epochs):
        history.append(train_one_epoch(model, loader, nn.MSELoss(), optimizer))
        schedule.step()
    return model, history

# %% wrong: scales the inputs in place
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    X *= 1.5
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    history = [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]
    X /= 2
    return model, history

# %% wrong: shuffles X and y in place, once
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    order = torch.randperm(len(X))
    X[:], y[:] = X[order], y[order]
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    return model, [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]

# %% wrong: two optimizers, one for each parameter, made in each epoch for the bias
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    history = []
    for _ in range(epochs):
        optimizer.state.pop(model.bias, None)
        history.append(train_one_epoch(model, loader, nn.MSELoss(), optimizer))
    return model, history

# %% wrong: the data of the notebook, whatever is given
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X_train.shape[1], 1)
    loader = make_loader(MyDataset(X_train, y_train), method, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    return model, [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]

# %% wrong: untrained
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    return model, [1.0 / (epoch + 1) for epoch in range(epochs)]

# %% right: all in NumPy, and a linear layer at the end
def fit(X, y, method, epochs, lr, seed=0):
    rng = np.random.default_rng(seed)
    inputs = np.column_stack([X.double().numpy(), np.ones(len(X))])
    targets = y.double().numpy().ravel()
    w = rng.normal(size=inputs.shape[1])
    m, v, t = np.zeros_like(w), np.zeros_like(w), 0
    size = {"batch": len(X), "minibatch": 16, "sgd": 1}[method]
    history = []
    for _ in range(epochs):
        order, total = rng.permutation(len(X)), 0.0
        for start in range(0, len(X), size):
            rows = order[start : start + size]
            errors = inputs[rows] @ w - targets[rows]
            total += np.sum(errors**2)
            gradient = 2 * errors @ inputs[rows] / len(rows)
            t += 1
            m = 0.9 * m + 0.1 * gradient
            v = 0.999 * v + 0.001 * gradient**2
            w = w - lr * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        history.append(total / len(X))
    model = nn.Linear(X.shape[1], 1)
    with torch.no_grad():
        model.weight.copy_(torch.tensor(w[None, :-1]))
        model.bias.copy_(torch.tensor(w[-1:]))
    return model, np.array(history, dtype=np.float32)

# %% right: big initial weights
def fit(X, y, method, epochs, lr, seed=0):
    g = torch.Generator().manual_seed(seed + 99)
    model = nn.Linear(X.shape[1], 1)
    for p in model.parameters():
        nn.init.normal_(p, std=10.0, generator=g)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    opt = optim.Adam(model.parameters(), lr=lr)
    return model, [train_one_epoch(model, loader, nn.functional.mse_loss, opt) for _ in range(epochs)]

# %% right: a bias that starts at zero
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    nn.init.zeros_(model.bias)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    opt = optim.Adam(model.parameters(), lr=lr)
    return model, [train_one_epoch(model, loader, nn.MSELoss(), opt) for _ in range(epochs)]

# %% wrong: the summed loss
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    opt = optim.Adam(model.parameters(), lr=lr)
    history = []
    for _ in range(epochs):
        total = 0
        for a, b in loader:
            opt.zero_grad()
            loss = nn.functional.mse_loss(model(a), b, reduction="sum")
            loss.backward()
            opt.step()
            total += loss.item()
        history.append(total / len(X))
    return model, history

# %% wrong: RMSprop
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    opt = optim.RMSprop(model.parameters(), lr=lr)
    return model, [train_one_epoch(model, loader, nn.MSELoss(), opt) for _ in range(epochs)]

# %% wrong: shuffled once, then in that order
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    order = torch.randperm(len(X))
    size = {"batch": len(X), "minibatch": 16, "sgd": 1}[method]
    loader = DataLoader(MyDataset(X[order], y[order]), batch_size=size)
    opt = optim.Adam(model.parameters(), lr=lr)
    return model, [train_one_epoch(model, loader, nn.MSELoss(), opt) for _ in range(epochs)]

# %% wrong: mini-batches in the order of the data
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    opt = torch.optim.Adam(model.parameters(), lr=lr)
    data = MyDataset(X, y)
    loader = DataLoader(data, 16) if method == "minibatch" else make_loader(data, method, seed=seed)
    return model, [train_one_epoch(model, loader, nn.MSELoss(), opt) for _ in range(epochs)]

# %% wrong: mini-batches cut once, in one random order
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    opt = torch.optim.Adam(model.parameters(), lr=lr)
    loader = make_loader(MyDataset(X, y), method, 16, seed)
    if method == "minibatch":
        p = torch.randperm(len(X))
        loader = DataLoader(MyDataset(X[p], y[p]), 16)
    return model, [train_one_epoch(model, loader, nn.MSELoss(), opt) for _ in range(epochs)]

# %% wrong: a new loader in each epoch of mini-batches
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    opt = torch.optim.Adam(model.parameters(), lr=lr)
    loader = make_loader(MyDataset(X, y), method, 16, seed)
    history = []
    for _ in range(epochs):
        if method == "minibatch":
            loader = make_loader(MyDataset(X, y), method, 16, seed)
        history.append(train_one_epoch(model, loader, nn.MSELoss(), opt))
    return model, history

# %% wrong: forwards and backwards by turns
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    opt = torch.optim.Adam(model.parameters(), lr=lr)
    history = []
    for e in range(epochs):
        data = MyDataset(X.flip(0), y.flip(0)) if e % 2 else MyDataset(X, y)
        loader = DataLoader(data, {"batch": len(X), "minibatch": 16, "sgd": 1}[method])
        history.append(train_one_epoch(model, loader, nn.MSELoss(), opt))
    return model, history

# %% right: a helper named model
def model(D, seed):
    g = torch.Generator().manual_seed(seed)
    line = nn.Linear(D, 1)
    with torch.no_grad():
        for p in line.parameters():
            p.normal_(0, 0.4, generator=g)
    return line

def fit(X, y, method, epochs, lr, seed=0):
    line = model(X.shape[1], seed)
    opt = torch.optim.Adam(line.parameters(), lr=lr)
    data = make_loader(MyDataset(X, y), method, seed=seed)
    return line, [train_one_epoch(line, data, nn.MSELoss(), opt) for _ in range(epochs)]

# %% wrong: seeded, but never trains
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    return nn.Linear(X.shape[1], 1), [0.0] * epochs


# %% right: the initial weights inside a fork of the random state
def fit(X, y, method, epochs, lr, seed=0):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = nn.Linear(X.shape[-1], 1)
    loader = make_loader(MyDataset(X, y), method, 16, seed)
    adam, mse = optim.Adam(model.parameters(), lr), nn.MSELoss()
    return model, np.array([float(train_one_epoch(model, loader, mse, adam)) for _ in range(epochs)])


# %% wrong: an epoch too many
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    history = [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs + 1)]
    return model, history[1:]


# %% wrong: a class for the criterion, not an object
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    adam = optim.Adam(model.parameters(), lr=lr)
    return model, [train_one_epoch(model, loader, nn.MSELoss, adam) for _ in range(epochs)]


# %% equivalent: another seed has to give other weights, another order it need not
-    loader = make_loader(MyDataset(X, y), method, seed=seed)
+    loader = make_loader(MyDataset(X, y), method, )

# %% wrong: seeded, and moves the bias in place of training
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    with torch.no_grad():
        model.bias += 1 if lr > 0 else 0
    return model, [0.0] * epochs

# %% right: a lazy layer, fused Adam
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.LazyLinear(1)
    model(X[:1])
    optimizer = optim.Adam(model.parameters(), lr=lr, fused=True)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    return model, [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]

# %% right: an array of the standard library, a tensor for the learning rate
from array import array
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[-1], 1)
    optimizer = optim.Adam(model.parameters(), lr=torch.tensor(lr))
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    history = array("d")
    for _ in range(epochs):
        history.append(float(train_one_epoch(model, loader, nn.MSELoss(), optimizer)))
    return model, history

# %% right: saved and loaded, a named tuple
from typing import NamedTuple
import io
class Fitted(NamedTuple):
    model: nn.Module
    history: list
def fit(X, y, method, epochs, lr, seed=0):
    with torch.random.fork_rng():
        torch.random.manual_seed(seed)
        first = nn.Linear(X.shape[1], 1)
    optimizer = optim.Adam(first.parameters(), lr=lr)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    history = [train_one_epoch(first, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]
    file = io.BytesIO()
    torch.save(first.state_dict(), file)
    file.seek(0)
    model = nn.Linear(X.shape[1], 1)
    model.load_state_dict(torch.load(file))
    return Fitted(model, history)

# %% wrong: Adam with weight decay
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    optimizer = optim.Adam(model.parameters(), lr=lr, weight_decay=1e-3)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    return model, [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]

# %% right: a copy that is frozen at the end
import copy
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    history = [train_one_epoch(model, loader, nn.MSELoss(), optimizer) for _ in range(epochs)]
    return copy.deepcopy(model).requires_grad_(False), history

# %% right: a history of fractions
from fractions import Fraction
def fit(X, y, method, epochs, lr, seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(X.shape[1], 1)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    loader = make_loader(MyDataset(X, y), method, seed=seed)
    return model, [Fraction(float(train_one_epoch(model, loader, nn.MSELoss(), optimizer))) for _ in range(epochs)]
