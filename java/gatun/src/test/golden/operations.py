"""Writes dev/gatun/reference/operations.txt: what PyTorch 2.13.0 makes of small tensors, in float64.

    python operations.py > ../resources/dev/gatun/reference/operations.txt
"""
import math

import torch
import torch.nn.functional as F

from figures import case, wave


def activations():
    x = wave(0.1, 2, 3, 2, 2, scale=7)  # nowhere 0, where slopes are a matter of choice
    case("leaky_relu", lambda x: F.leaky_relu(x, 0.2), x)
    case("relu6", F.relu6, x)
    case("elu", lambda x: F.elu(x, 1.5), x)
    case("selu", F.selu, x)
    case("gelu", F.gelu, x)
    case("gelu_tanh", lambda x: F.gelu(x, approximate="tanh"), x)
    case("silu", F.silu, x)
    case("hard_sigmoid", lambda x: F.relu6(x + 3) / 6, x)  # whose own gradient is rounded to f32
    case("hard_swish", F.hardswish, x)
    case("softplus", lambda x: F.softplus(x, 1.5, 1000), x)
    case("mish", F.mish, x)
    case("prelu", lambda x, weight: F.prelu(x, weight), x, weight=wave(1, 3))


def transformers():
    x = wave(0.1, 2, 3, 6, scale=2)
    case("softmax", lambda x: F.softmax(x, 1), x)
    case("log_softmax", lambda x: F.log_softmax(x, -1), x)
    case("glu", lambda x: F.glu(x, -1), x)
    case("layer_norm", lambda x, weight, bias: F.layer_norm(x, (6,), weight, bias), x, weight=wave(1, 6),
         bias=wave(2, 6))
    case("layer_norm_2", lambda x, weight, bias: F.layer_norm(x, (3, 6), weight, bias, 1e-3), x,
         weight=wave(1, 3, 6), bias=wave(2, 3, 6))
    case("rms_norm", lambda x, weight: F.rms_norm(x, (6,), weight, torch.finfo(torch.float32).eps), x,
         weight=wave(1, 6))
    images = wave(0.1, 2, 4, 3, 2, scale=2)
    case("group_norm", lambda x, weight, bias: F.group_norm(x, 2, weight, bias), images, weight=wave(1, 4),
         bias=wave(2, 4))
    case("instance_norm", F.instance_norm, images)
    indices = torch.tensor([[1, 0, 4], [4, 4, 2]], dtype=torch.int32)
    case("embedding", lambda i, weight: F.embedding(i, weight), indices, weight=wave(1, 5, 3))
    case("embedding_padding", lambda i, weight: F.embedding(i, weight, 4), indices, weight=wave(1, 5, 3))
    case("stack", lambda a, b: torch.stack([a, b], 1), x, wave(1, 2, 3, 6))
    case("where", lambda c, a, b: torch.where(c.detach() > 0, a, b) + 0 * c, x, wave(1, 3, 1), wave(2, 2, 3, 6))
    case("permute", lambda x: x.permute(2, 0, 1), x)
    case("attention", lambda q, k, v, mask: F.scaled_dot_product_attention(q, k, v, mask),
         wave(0, 2, 3, 4), wave(1, 2, 5, 4), wave(2, 2, 5, 2), wave(3, 3, 5))
    heads = wave(0, 2, 2, 3, 4), wave(1, 2, 2, 5, 4), wave(2, 2, 2, 5, 3)
    case("attention_of_heads", F.scaled_dot_product_attention, *heads)
    case("attention_without_later_keys", lambda q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True),
         *heads)
    seen = torch.tensor([[1, 0, 1, 1, 0], [0, 1, 0, 0, 0], [1, 1, 1, 1, 1]], dtype=torch.int32)
    case("attention_of_what_is_seen", lambda q, k, v: F.scaled_dot_product_attention(q, k, v, seen.bool()), *heads)
    case("attention_of_learned_mask", lambda q, k, v, mask: F.scaled_dot_product_attention(q, k, v, mask), *heads,
         wave(3, 2, 1, 1, 5))
    for name, causal in (("multi_head_attention", False), ("causal_attention", True)):
        case(name, lambda x, **w: attention(x, 2, causal, w), x,
             in_proj_weight=wave(1, 18, 6), in_proj_bias=wave(2, 18),
             out_proj__weight=wave(3, 6, 6), out_proj__bias=wave(4, 6))
    recurrent("lstm", torch.nn.LSTM(6, 4, batch_first=True), x)
    recurrent("gru", torch.nn.GRU(6, 4, batch_first=True), x)
    recurrent("lstm_of_both_directions", torch.nn.LSTM(6, 3, 2, batch_first=True, bidirectional=True), x)
    recurrent("gru_of_both_directions", torch.nn.GRU(6, 3, 2, batch_first=True, bidirectional=True), x)
    recurrent("lstm_without_bias", torch.nn.LSTM(6, 5, batch_first=True, bias=False), x)
    recurrent("lstm_from_a_state", torch.nn.LSTM(6, 3, 2, batch_first=True), x, wave(3, 2, 2, 3), wave(4, 2, 2, 3))
    recurrent("gru_from_a_state", torch.nn.GRU(6, 3, 2, batch_first=True, bidirectional=True), x, wave(3, 4, 2, 3))
    layer = torch.nn.TransformerEncoderLayer(6, 2, 8, dropout=0, activation="gelu", batch_first=True, norm_first=True)
    weights = {key.replace(".", "__"): wave(i, *p.shape, scale=0.7)
               for i, (key, p) in enumerate(layer.named_parameters())}
    case("transformer_block", lambda x, **w: torch.func.functional_call(
        layer, {key.replace("__", "."): value for key, value in w.items()}, (x,)), x, **weights)


def attention(x, heads, causal, w):
    mask = torch.full((x.shape[1], x.shape[1]), -math.inf).triu(1) if causal else None
    return F.multi_head_attention_forward(
        *[x.transpose(0, 1)] * 3, x.shape[2], heads, w["in_proj_weight"], w["in_proj_bias"], None, None, False, 0.0,
        w["out_proj__weight"], w["out_proj__bias"], need_weights=False, attn_mask=mask)[0].transpose(0, 1)


def recurrent(name, layer, x, *states):
    """With states, the result is all hidden states and the last states, one after the other."""
    def run(x, *states, **w):
        if not states:
            return torch.func.functional_call(layer, w, (x,))[0]
        first = states if isinstance(layer, torch.nn.LSTM) else states[0]
        y, last = torch.func.functional_call(layer, w, (x, first))
        return torch.cat([y.flatten(), *(s.flatten() for s in (last if isinstance(last, tuple) else (last,)))])
    case(name, run, x, *states, **{key: wave(i, *p.shape, scale=0.6)
                                   for i, (key, p) in enumerate(layer.named_parameters())})


activations()
transformers()
