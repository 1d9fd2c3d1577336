// The gradients of attention. The weights follow once more from the scores and the logarithms of their sums. With P the
// weights behind dropout's factors F, dP = dO V^T, and D the sum of a row of dO O: dV = P^T dO,
// dS = weights (F dP - D) scale, dQ = dS K, dK = dS^T Q.
#include "cpu/attention_block.h"
#include "cpu/workspace.h"

namespace gatun {
namespace GATUN_ISA {
namespace {

// Blocks of scores lie in panels of keys: (key_block / panel, query_block, panel).
constexpr int64_t panel_stride = query_block * panel;

struct Pieces {
    float *keys;               // packed transposed
    float *key_columns;        // packed in columns
    float *values;             // packed transposed
    float *sums;               // of all parts so far
    float *part_sums;          // of a part after the first
    float *diff_keys;          // (keys, width), both up to whole panels, of the sums that are computed
    float *diff_values;        // (keys, outputs), the same
    float *query_columns;      // of a block, packed in columns
    float *diff_dst_columns;   // the same
    float *diff_queries;       // of a block
    float *weights;            // of a block
    float *diff_scores;        // the same
    float *factors;
    float row_sums[query_block];
};

// The gradients of keys, and those of values behind them.
int64_t sums_floats(const gatun_attention &a)
{
    return round_up(a.keys, panel) * (round_up(a.width, panel) + round_up(a.outputs, panel));
}

void take(const gatun_attention &a, Workspace &workspace, Pieces &p)
{
    const int64_t keys = round_up(a.keys, panel);
    const int64_t width = round_up(a.width, panel);
    const int64_t outputs = round_up(a.outputs, panel);
    p.keys = workspace.take(keys * a.width);
    p.key_columns = workspace.take(keys * width);
    p.values = workspace.take(keys * a.outputs);
    p.sums = workspace.take(sums_floats(a));
    p.part_sums = workspace.take(attention_parts(a) > 1 ? sums_floats(a) : 0);
    p.query_columns = workspace.take(query_block * width);
    p.diff_dst_columns = workspace.take(query_block * outputs);
    p.diff_queries = workspace.take(query_block * width);
    p.weights = workspace.take(query_block * key_block);
    p.diff_scores = workspace.take(query_block * key_block);
    p.factors = workspace.take(key_block);
}

// A block's products of queries and keys become weights, and the gradients by the weights those by the products.
void differentiate_row(const AttentionCall &call, int64_t batch, int64_t query, int64_t row, int64_t j0, int64_t count,
                       Pieces &p)
{
    const gatun_attention &a = call.shape;
    const float log_sum = call.log_sums[batch * a.queries + query];
    const float scale = static_cast<float>(a.scale);
    const float row_sum = p.row_sums[row];
    if (call.dropped) {
        draw_factors(call, batch, query, j0, count, p.factors);
    }
    for (int64_t j = 0; j < count; j += panel) {
        float *weights = p.weights + j / panel * panel_stride + row * panel;
        float *diff = p.diff_scores + j / panel * panel_stride + row * panel;
        const int64_t run = least(panel, count - j);
        finish_scores(call, batch, query, j0 + j, run, weights);
        if (call.dropped) {
            const float *factors = p.factors + j;
            for (int64_t k = 0; k < run; ++k) {
                const float weight = exponential(weights[k] - log_sum);
                diff[k] = weight * (diff[k] * factors[k] - row_sum) * scale;
                weights[k] = weight * factors[k];
            }
        } else {
            for (int64_t k = 0; k < run; ++k) {
                weights[k] = exponential(weights[k] - log_sum);
                diff[k] = weights[k] * (diff[k] - row_sum) * scale;
            }
        }
        for (int64_t k = run; k < panel; ++k) {
            weights[k] = 0.0f;
            diff[k] = 0.0f;
        }
    }
}

void multiply_block(const gatun_attention &a, int64_t rows, int64_t j0, int64_t count, Pieces &p)
{
    const int64_t keys = round_up(a.keys, panel);
    const int64_t width = round_up(a.width, panel);
    const int64_t outputs = round_up(a.outputs, panel);
    for (int64_t j = 0; j < count; j += panel) {
        const float *weights = p.weights + j / panel * panel_stride;
        const float *diff = p.diff_scores + j / panel * panel_stride;
        for (int64_t c = 0; c < outputs; c += panel) {
            products.multiply_transposed(panel, rows, weights, p.diff_dst_columns + c * rows,
                                         p.diff_values + (j0 + j) * outputs + c, outputs, true);
        }
        for (int64_t c = 0; c < width; c += panel) {
            products.multiply_transposed(panel, rows, diff, p.query_columns + c * rows,
                                         p.diff_keys + (j0 + j) * width + c, width, true);
            products.multiply(rows, panel, diff, panel, p.key_columns + c * keys + (j0 + j) * panel,
                              p.diff_queries + c, width, true);
        }
    }
}

void backward_block(const AttentionCall &call, int64_t batch, int64_t first, Pieces &p)
{
    const gatun_attention &a = call.shape;
    const int64_t rows = least(query_block, a.queries - first);
    const int64_t width = round_up(a.width, panel);
    const int64_t begin = batch * a.queries + first;
    const float *query = call.query + begin * a.width;
    const float *diff_dst = call.diff_dst + begin * a.outputs;
    pack_columns(query, rows, a.width, rows, p.query_columns);
    pack_columns(diff_dst, rows, a.outputs, rows, p.diff_dst_columns);
    memset(p.diff_queries, 0, static_cast<size_t>(rows * width) * sizeof(float));
    for (int64_t row = 0; row < rows; ++row) {
        double sum = 0.0;
        for (int64_t c = 0; c < a.outputs; ++c) {
            sum += static_cast<double>(diff_dst[row * a.outputs + c]) * call.dst[(begin + row) * a.outputs + c];
        }
        p.row_sums[row] = static_cast<float>(sum);
    }
    const int64_t seen = seen_keys(a, first, rows);
    for (int64_t j0 = 0; j0 < seen; j0 += key_block) {
        const int64_t count = least(key_block, a.keys - j0);
        for (int64_t j = 0; j < count; j += panel) {
            const int64_t at = j / panel * panel_stride;
            products.multiply(rows, a.width, query, a.width, p.keys + (j0 + j) * a.width, p.weights + at, panel, false);
            products.multiply(rows, a.outputs, diff_dst, a.outputs, p.values + (j0 + j) * a.outputs,
                              p.diff_scores + at, panel, false);
        }
        for (int64_t row = 0; row < rows; ++row) {
            differentiate_row(call, batch, first + row, row, j0, count, p);
        }
        multiply_block(a, rows, j0, count, p);
    }
    for (int64_t row = 0; row < rows; ++row) {
        memcpy(call.diff_query + (begin + row) * a.width, p.diff_queries + row * width,
               static_cast<size_t>(a.width) * sizeof(float));
    }
}

void pack(const AttentionCall &call, int64_t batch, Pieces &p)
{
    const gatun_attention &a = call.shape;
    const float *key = call.key + batch * a.keys * a.width;
    pack_transposed(key, a.keys, a.width, p.keys);
    pack_columns(key, a.keys, a.width, round_up(a.keys, panel), p.key_columns);
    pack_transposed(call.value + batch * a.keys * a.outputs, a.keys, a.outputs, p.values);
}

// Blocks of queries go to the parts in turn, there and back, as the later ones see more keys where they are causal.
void backward_part(const AttentionCall &call, int64_t batch, int64_t part, float *sums, Pieces &p)
{
    const gatun_attention &a = call.shape;
    const int64_t blocks = divide_up(a.queries, query_block);
    const int64_t parts = attention_parts(a);
    memset(sums, 0, static_cast<size_t>(sums_floats(a)) * sizeof(float));
    p.diff_keys = sums;
    p.diff_values = sums + round_up(a.keys, panel) * round_up(a.width, panel);
    for (int64_t turn = 0; turn * parts < blocks; ++turn) {
        const int64_t block = turn * parts + (turn % 2 == 0 ? part : parts - 1 - part);
        if (block < blocks) {
            backward_block(call, batch, block * query_block, p);
        }
    }
}

// Row j of what several parts have summed, each stride floats behind the one before.
void add_row(const float *sums, int64_t parts, int64_t stride, int64_t width, float *target)
{
    memcpy(target, sums, static_cast<size_t>(width) * sizeof(float));
    for (int64_t part = 1; part < parts; ++part) {
        for (int64_t c = 0; c < width; ++c) {
            target[c] += sums[part * stride + c];
        }
    }
}

// Keys from .. to of one batch.
void add_keys(const AttentionCall &call, int64_t batch, int64_t from, int64_t to, const float *sums, int64_t parts)
{
    const gatun_attention &a = call.shape;
    const int64_t width = round_up(a.width, panel);
    const int64_t outputs = round_up(a.outputs, panel);
    const float *values = sums + round_up(a.keys, panel) * width;
    for (int64_t j = from; j < to; ++j) {
        const int64_t at = batch * a.keys + j;
        add_row(sums + j * width, parts, sums_floats(a), a.width, call.diff_key + at * a.width);
        add_row(values + j * outputs, parts, sums_floats(a), a.outputs, call.diff_value + at * a.outputs);
    }
}

}  // namespace

int64_t attention_backward_floats(const gatun_attention &shape)
{
    Workspace counting;
    Pieces pieces;
    take(shape, counting, pieces);
    return counting.bytes() / static_cast<int64_t>(sizeof(float));
}

int64_t attention_sums_floats(const gatun_attention &shape)
{
    return sums_floats(shape);
}

void attention_backward(const AttentionCall &call, int64_t from, int64_t to, float *workspace)
{
    const gatun_attention &a = call.shape;
    const int64_t count = sums_floats(a);
    Workspace memory(workspace);
    Pieces p;
    take(a, memory, p);
    for (int64_t batch = from; batch < to; ++batch) {
        pack(call, batch, p);
        backward_part(call, batch, 0, p.sums, p);
        for (int64_t part = 1; part < attention_parts(a); ++part) {
            backward_part(call, batch, part, p.part_sums, p);
            for (int64_t i = 0; i < count; ++i) {
                p.sums[i] += p.part_sums[i];
            }
        }
        add_keys(call, batch, 0, a.keys, p.sums, 1);
    }
}

void attention_backward_parts(const AttentionCall &call, int64_t first, int64_t from, int64_t to, float *sums,
                              float *workspace)
{
    const gatun_attention &a = call.shape;
    const int64_t parts = attention_parts(a);
    Workspace memory(workspace);
    Pieces p;
    take(a, memory, p);
    for (int64_t item = from; item < to; ++item) {
        const int64_t batch = first + item / parts;
        if (item == from || item % parts == 0) {
            pack(call, batch, p);
        }
        backward_part(call, batch, item % parts, sums + item * sums_floats(a), p);
    }
}

void attention_add_parts(const AttentionCall &call, int64_t first, int64_t from, int64_t to, const float *sums)
{
    const gatun_attention &a = call.shape;
    const int64_t parts = attention_parts(a);
    for (int64_t at = from; at < to;) {
        const int64_t batch = at / a.keys;
        const int64_t key = at % a.keys;
        const int64_t run = least(a.keys - key, to - at);
        add_keys(call, first + batch, key, key + run, sums + batch * parts * sums_floats(a), parts);
        at += run;
    }
}

}  // namespace GATUN_ISA
}  // namespace gatun
