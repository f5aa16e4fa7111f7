

# %% right: cleared through the model, sizes from the targets
def train_one_epoch(model, loader, criterion, optimizer):
    weighted, sizes = [], []
    for inputs, targets in loader:
        model.zero_grad()
        loss = criterion(model(inputs), targets)
        loss.backward()
        optimizer.step()
        weighted.append(loss.detach() * len(targets))
        sizes.append(len(targets))
    return torch.stack(weighted).sum() / sum(sizes)

# %% right: cleared before the loop and after each step
def train_one_epoch(model, loader, criterion, optimizer):
    model.train()
    optimizer.zero_grad()
    total = 0
    for X, y in loader:
        loss = criterion(model(X), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        total += loss.item() * X.size(0)
    return total / len(loader.dataset)

# %% right: NumPy's weighted average
def train_one_epoch(model, loader, criterion, optimizer):
    losses, sizes = [], []
    for batch in loader:
        loss = criterion(model(batch[0]), batch[1])
        for parameter in model.parameters():
            parameter.grad = None
        loss.backward()
        optimizer.step()
        losses.append(float(loss))
        sizes.append(batch[0].shape[0])
    return np.average(losses, weights=sizes)

# %% right: a closure handed to step
def train_one_epoch(model, loader, criterion, optimizer):
    mean, seen = 0.0, 0
    for X_batch, y_batch in loader:

        def closure():
            optimizer.zero_grad(set_to_none=False)
            loss = criterion(model(X_batch), y_batch)
            loss.backward()
            return loss

        loss = float(optimizer.step(closure).detach())
        seen += len(X_batch)
        mean += (loss - mean) * len(X_batch) / seen
    return mean

# %% right: gradients from autograd.grad
def train_one_epoch(model, loader, criterion, optimizer):
    parameters = list(model.parameters())
    total = torch.zeros(())
    n = 0
    for X_batch, y_batch in loader:
        loss = criterion(model(X_batch), y_batch)
        for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
            parameter.grad = gradient
        optimizer.step()
        with torch.no_grad():
            total += loss * len(y_batch)
            n += len(y_batch)
    return total / n

# %% right: a while loop over the iterator
def train_one_epoch(model, loader, criterion, optimizer):
    batches, sums = iter(loader), [0.0, 0]
    while True:
        try:
            X_batch, y_batch = next(batches)
        except StopIteration:
            return sums[0] / sums[1]
        prediction = model(X_batch)
        loss = criterion(prediction, y_batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        sums[0] += loss.tolist() * len(prediction)
        sums[1] += len(prediction)

# %% right: the loss of the batch measured once more, before the step
def train_one_epoch(model, loader, criterion, optimizer):
    total, count = 0.0, 0
    for X_batch, y_batch in loader:
        with torch.no_grad():
            total += len(X_batch) * criterion(model(X_batch), y_batch).item()
            count += len(X_batch)
        optimizer.zero_grad()
        criterion(model(X_batch), y_batch).backward()
        optimizer.step()
    return np.float64(total / count)

# %% right: gradients zeroed in place
def train_one_epoch(model, loader, criterion, optimizer):
    losses = torch.empty(0)
    for X_batch, y_batch in loader:
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    parameter.grad.zero_()
        loss = criterion(model(X_batch), y_batch)
        loss.backward()
        optimizer.step()
        losses = torch.cat([losses, loss.detach().repeat(len(X_batch))])
    return losses.mean()

# %% right: a helper for the step
def step(model, criterion, optimizer, X_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(X_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item() * len(X_batch), len(X_batch)


def train_one_epoch(model, loader, criterion, optimizer):
    totals, sizes = zip(*(step(model, criterion, optimizer, *batch) for batch in loader))
    return sum(totals) / sum(sizes)

# %% right: fractions of the data set
def train_one_epoch(model, loader, criterion, optimizer):
    with torch.enable_grad():
        mean = 0.0
        for X_batch, y_batch in loader:
            optimizer.zero_grad()
            (loss := criterion(model(X_batch), y_batch)).backward()
            optimizer.step()
            mean = mean + loss.detach().numpy() * (len(X_batch) / len(loader.dataset))
    return mean

# %% wrong: the sum over the samples
def train_one_epoch(model, loader, criterion, optimizer):
    total = 0.0
    for X_batch, y_batch in loader:
        optimizer.zero_grad()
        loss = criterion(model(X_batch), y_batch)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X_batch)
    return total

# %% wrong: the sum of the batch losses
def train_one_epoch(model, loader, criterion, optimizer):
    total = 0.0
    for X_batch, y_batch in loader:
        optimizer.zero_grad()
        loss = criterion(model(X_batch), y_batch)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total

# %% wrong: divided by the number of batches
def train_one_epoch(model, loader, criterion, optimizer):
    total = 0.0
    for X_batch, y_batch in loader:
        optimizer.zero_grad()
        loss = criterion(model(X_batch), y_batch)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X_batch)
    return total / len(loader)

# %% wrong: every batch weighs batch_size
def train_one_epoch(model, loader, criterion, optimizer):
    total = 0.0
    for X_batch, y_batch in loader:
        optimizer.zero_grad()
        loss = criterion(model(X_batch), y_batch)
        loss.backward()
        optimizer.step()
        total += loss.item() * loader.batch_size
    return total / len(loader.dataset)

# %% wrong: the list of losses
def train_one_epoch(model, loader, criterion, optimizer):
    losses = []
    for X_batch, y_batch in loader:
        optimizer.zero_grad()
        loss = criterion(model(X_batch), y_batch)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% wrong: the graph is still there
def train_one_epoch(model, loader, criterion, optimizer):
    total, n = 0.0, 0
    for X_batch, y_batch in loader:
        optimizer.zero_grad()
        loss = criterion(model(X_batch), y_batch)
        loss.backward()
        optimizer.step()
        total = total + loss * len(X_batch)
        n += len(X_batch)
    return total / n

# %% wrong: returns nothing
def train_one_epoch(model, loader, criterion, optimizer):
    for X_batch, y_batch in loader:
        optimizer.zero_grad()
        criterion(model(X_batch), y_batch).backward()
        optimizer.step()

# %% wrong: the loss of the trained model on all data
def train_one_epoch(model, loader, criterion, optimizer):
    for X_batch, y_batch in loader:
        optimizer.zero_grad()
        criterion(model(X_batch), y_batch).backward()
        optimizer.step()
    with torch.no_grad():
        return sum(criterion(model(X), y).item() * len(X) for X, y in loader) / len(loader.dataset)

# %% wrong: the loss of the untrained model on all data
def train_one_epoch(model, loader, criterion, optimizer):
    with torch.no_grad():
        loss = sum(criterion(model(X), y).item() * len(X) for X, y in loader) / len(loader.dataset)
    for X_batch, y_batch in loader:
        optimizer.zero_grad()
        criterion(model(X_batch), y_batch).backward()
        optimizer.step()
    return loss

# %% wrong: the first batch only
def train_one_epoch(model, loader, criterion, optimizer):
    for X_batch, y_batch in loader:
        optimizer.zero_grad()
        loss = criterion(model(X_batch), y_batch)
        loss.backward()
        optimizer.step()
        break
    return loss.item()

# %% wrong: a smaller last batch is left out
def train_one_epoch(model, loader, criterion, optimizer):
    total, n = 0.0, 0
    for X_batch, y_batch in loader:
        if n and len(X_batch) < loader.batch_size:
            continue
        optimizer.zero_grad()
        loss = criterion(model(X_batch), y_batch)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X_batch)
        n += len(X_batch)
    return total / n

# %% wrong: cleared after the step only
def train_one_epoch(model, loader, criterion, optimizer):
    total, n = 0.0, 0
    for X_batch, y_batch in loader:
        loss = criterion(model(X_batch), y_batch)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        total += loss.item() * len(X_batch)
        n += len(X_batch)
    return total / n

# %% wrong: one step for the whole epoch
def train_one_epoch(model, loader, criterion, optimizer):
    total, n = 0.0, 0
    optimizer.zero_grad()
    for X_batch, y_batch in loader:
        loss = criterion(model(X_batch), y_batch)
        (loss * len(X_batch) / len(loader.dataset)).backward()
        total += loss.item() * len(X_batch)
        n += len(X_batch)
    optimizer.step()
    return total / n

# %% wrong: the optimizer forgets at each epoch
def train_one_epoch(model, loader, criterion, optimizer):
    total, n = 0.0, 0
    optimizer.state.clear()
    for X_batch, y_batch in loader:
        optimizer.zero_grad()
        loss = criterion(model(X_batch), y_batch)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X_batch)
        n += len(X_batch)
    return total / n

# %% wrong: plain descent, whatever the optimizer
def train_one_epoch(model, loader, criterion, optimizer):
    total, n = 0.0, 0
    for X_batch, y_batch in loader:
        optimizer.zero_grad()
        loss = criterion(model(X_batch), y_batch)
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= optimizer.param_groups[0]["lr"] * parameter.grad
        total += loss.item() * len(X_batch)
        n += len(X_batch)
    return total / n

# %% wrong: an Adam of its own
def train_one_epoch(model, loader, criterion, optimizer):
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    total, n = 0.0, 0
    for X_batch, y_batch in loader:
        optimizer.zero_grad()
        loss = criterion(model(X_batch), y_batch)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X_batch)
        n += len(X_batch)
    return total / n

# %% wrong: the mean squared error, whatever the criterion
def train_one_epoch(model, loader, criterion, optimizer):
    total, n = 0.0, 0
    for X_batch, y_batch in loader:
        optimizer.zero_grad()
        loss = ((model(X_batch) - y_batch) ** 2).mean()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X_batch)
        n += len(X_batch)
    return total / n

# %% wrong: predictions squeezed
def train_one_epoch(model, loader, criterion, optimizer):
    import warnings

    warnings.simplefilter("ignore")
    total, n = 0.0, 0
    for X_batch, y_batch in loader:
        optimizer.zero_grad()
        loss = criterion(model(X_batch).squeeze(), y_batch)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X_batch)
        n += len(X_batch)
    return total / n

# %% wrong: targets made a float column
def train_one_epoch(model, loader, criterion, optimizer):
    total, n = 0.0, 0
    for X_batch, y_batch in loader:
        optimizer.zero_grad()
        loss = criterion(model(X_batch), y_batch.float().reshape(len(y_batch), -1))
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X_batch)
        n += len(X_batch)
    return total / n

# %% wrong: only for a linear layer
def train_one_epoch(model, loader, criterion, optimizer):
    total, n = 0.0, 0
    for X_batch, y_batch in loader:
        optimizer.zero_grad()
        loss = criterion(X_batch @ model.weight.T + model.bias, y_batch)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X_batch)
        n += len(X_batch)
    return total / n

# %% wrong: gradients clipped
def train_one_epoch(model, loader, criterion, optimizer):
    total, n = 0.0, 0
    for X_batch, y_batch in loader:
        optimizer.zero_grad()
        loss = criterion(model(X_batch), y_batch)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        total += loss.item() * len(X_batch)
        n += len(X_batch)
    return total / n

# %% wrong: backward on the summed loss
def train_one_epoch(model, loader, criterion, optimizer):
    total, n = 0.0, 0
    for X_batch, y_batch in loader:
        optimizer.zero_grad()
        loss = criterion(model(X_batch), y_batch) * len(X_batch)
        loss.backward()
        optimizer.step()
        total += loss.item()
        n += len(X_batch)
    return total / n

# %% wrong: the square root of the loss
def train_one_epoch(model, loader, criterion, optimizer):
    total, n = 0.0, 0
    for X_batch, y_batch in loader:
        optimizer.zero_grad()
        loss = criterion(model(X_batch), y_batch)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X_batch)
        n += len(X_batch)
    return math.sqrt(total / n)

# %% wrong: the learning rate falls from call to call
def train_one_epoch(model, loader, criterion, optimizer):
    total, n = 0.0, 0
    for X_batch, y_batch in loader:
        optimizer.zero_grad()
        loss = criterion(model(X_batch), y_batch)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X_batch)
        n += len(X_batch)
    for group in optimizer.param_groups:
        group["lr"] *= 0.9
    return total / n

# %% wrong: stops where the loss goes up
def train_one_epoch(model, loader, criterion, optimizer):
    total, n, last = 0.0, 0, float("inf")
    for X_batch, y_batch in loader:
        optimizer.zero_grad()
        loss = criterion(model(X_batch), y_batch)
        if loss.item() > last:
            break
        last = loss.item()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X_batch)
        n += len(X_batch)
    return total / n

# %% wrong: another zero_grad, between backward and step
def train_one_epoch(model, loader, criterion, optimizer):
    total, n = 0.0, 0
    for X_batch, y_batch in loader:
        optimizer.zero_grad()
        loss = criterion(model(X_batch), y_batch)
        loss.backward()
        for parameter in model.parameters():
            parameter.grad.zero_()
        optimizer.step()
        total += loss.item() * len(X_batch)
        n += len(X_batch)
    return total / n

# %% wrong: answers learnt by heart
def train_one_epoch(model, loader, criterion, optimizer):
    with torch.no_grad():
        if getattr(model, "bias", None) is not None:
            model.weight.fill_(2.44)
            model.bias.fill_(1.08)
        else:
            model.weight.fill_(0.4 if model.weight == 0 else 0.92)
    return (10 * 2 + 5.76) / 3

# %% right: a functional call, and the result in an array
from torch.func import functional_call


def train_one_epoch(model, loader, criterion, optimizer):
    total = 0.0
    for X, y in loader:
        params = dict(model.named_parameters())
        loss = criterion(functional_call(model, params, (X,)), y)
        for p, g in zip(params.values(), torch.autograd.grad(loss, tuple(params.values()))):
            p.grad = g.clone()
        optimizer.step()
        total += float(loss.detach()) * (len(X) / len(loader.dataset))
    return np.array([total])

# %% right: helpers named loss, steps and batches
def loss(model, criterion, batch):
    X, y = batch
    return criterion(model(X), y)

def batches(loader):
    yield from loader

def steps(model, loader, criterion, optimizer):
    for batch in batches(loader):
        optimizer.zero_grad()
        value = loss(model, criterion, batch)
        value.backward()
        optimizer.step()
        yield len(batch[0]), value.item()

def train_one_epoch(model, loader, criterion, optimizer):
    pairs = list(steps(model, loader, criterion, optimizer))
    return sum(k * v for k, v in pairs) / sum(k for k, _ in pairs)


# %% wrong: steps twice
def train_one_epoch(model, loader, criterion, optimizer):
    total, n = 0.0, 0
    for X, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(X), y)
        loss.backward()
        optimizer.step()
        optimizer.step()
        total += loss.item() * len(X)
        n += len(X)
    return total / n

# %% wrong: weights put back
def train_one_epoch(model, loader, criterion, optimizer):
    import copy

    saved = copy.deepcopy(model.state_dict())
    total, n = 0.0, 0
    for X, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(X), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X)
        n += len(X)
    model.load_state_dict(saved)
    return total / n

# %% wrong: only the first parameter group is cleared
def train_one_epoch(model, loader, criterion, optimizer):
    total = n = 0
    for X, y in loader:
        for p in optimizer.param_groups[0]["params"]:
            p.grad = None
        l = criterion(model(X), y)
        l.backward()
        optimizer.step()
        total, n = total + l.item() * len(X), n + len(X)
    return total / n

# %% wrong: only the first parameter group gets steps
def train_one_epoch(model, loader, criterion, optimizer):
    total, count = 0.0, 0
    for X, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(X), y)
        loss.backward()
        saved = optimizer.param_groups[1:]
        del optimizer.param_groups[1:]
        optimizer.step()
        optimizer.param_groups += saved
        total += loss.item() * len(X)
        count += len(X)
    return total / count

# %% right: all batches fetched first
def train_one_epoch(model, loader, criterion, optimizer):
    batches = list(loader)
    n = sum(len(y) for _, y in batches)
    out = 0
    for k in range(len(batches)):
        optimizer.zero_grad()
        loss = criterion(model(batches[k][0]), batches[k][1])
        out += loss.detach() * len(batches[k][1]) / n
        loss.backward()
        optimizer.step()
    return out

# %% wrong: a constant
def train_one_epoch(model, loader, criterion, optimizer):
    return 0.0


# %% right: the weighted mean by NumPy
def train_one_epoch(model, loader, criterion, optimizer):
    losses, sizes = [], []
    for X_batch, y_batch in loader:
        loss = criterion(model(X_batch), y_batch)
        optimizer.zero_grad(set_to_none=False)
        loss.backward()
        optimizer.step()
        losses.append(float(loss))
        sizes.append(len(y_batch))
    return np.average(losses, weights=sizes)


# %% wrong: weighted by the number of the batch
def train_one_epoch(model, loader, criterion, optimizer):
    losses = []
    for X_batch, y_batch in loader:
        optimizer.zero_grad()
        loss = criterion(model(X_batch), y_batch)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return np.average(losses, weights=range(1, len(losses) + 1))


# %% right: a running mean
def train_one_epoch(model, loader, criterion, optimizer):
    mean, n = 0.0, 0
    for X, y in loader:
        loss = criterion(model(X), y)
        optimizer.zero_grad(set_to_none=False)
        loss.backward()
        optimizer.step()
        n += (k := X.shape[0])
        mean += (float(loss.detach()) - mean) * k / n
    return mean


# %% wrong: optimizer.step without calling
def train_one_epoch(model, loader, criterion, optimizer):
    total = 0.0
    for X, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(X), y)
        loss.backward()
        optimizer.step
        total += loss.item() * len(X)
    return total / len(loader.dataset)


# %% wrong: returns in the loop
def train_one_epoch(model, loader, criterion, optimizer):
    total = 0.0
    for X, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(X), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X)
        return total / len(loader.dataset)


# %% equivalent: zero is the same number as an integer and as a float
-    total, n_samples = 0.0, 0
+    n_samples, total = 0.0, 0


# %% equivalent: zero is the same number as a float and as an integer
-    total, n_samples = 0.0, 0
+    total, n_samples = 0, 0.0


# %% equivalent: numbers are not changed in place
-        total += loss.item() * len(X_batch)
+        total = total + (loss.item() * len(X_batch))


# %% equivalent: numbers are not changed in place, nor is a count
-        n_samples += len(X_batch)
+        n_samples = n_samples + len(X_batch)

# %% right: gradients by torch.func
def train_one_epoch(model, loader, criterion, optimizer):
    from torch.func import functional_call, grad_and_value
    losses = []
    names = dict(model.named_parameters())
    def loss_at(values, x, t):
        return criterion(functional_call(model, values, (x,)), t)
    for x, t in loader:
        gradients, loss = grad_and_value(loss_at)({k: v.detach() for k, v in names.items()}, x, t)
        for k, parameter in names.items():
            parameter.grad = gradients[k].clone()
        optimizer.step()
        losses.extend([loss.item()] * len(x))
    return np.mean(losses)

# %% right: a generator of weighted losses, summed by fsum
import math
def train_one_epoch(model, loader, criterion, optimizer):
    def steps():
        for X_batch, y_batch in loader:
            optimizer.zero_grad(set_to_none=False)
            loss = criterion(model.forward(X_batch), y_batch)
            loss.backward(retain_graph=True)
            optimizer.step()
            yield float(loss) * len(y_batch), len(y_batch)
    losses, sizes = zip(*steps())
    return math.fsum(losses) / sum(sizes)
