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
    float *diff_keys;          // (keys, width), both up to whole panels
    float *diff_values;        // (keys, outputs), the same
    float *query_columns;      // of a block, packed in columns
    float *diff_dst_columns;   // the same
    float *diff_queries;       // of a block
    float *weights;            // of a block
    float *diff_scores;        // the same
    float *factors;
    float row_sums[query_block];
};

void take(const gatun_attention &a, Workspace &workspace, Pieces &p)
{
    const int64_t keys = round_up(a.keys, panel);
    const int64_t width = round_up(a.width, panel);
    const int64_t outputs = round_up(a.outputs, panel);
    p.keys = workspace.take(keys * a.width);
    p.key_columns = workspace.take(keys * width);
    p.values = workspace.take(keys * a.outputs);
    p.diff_keys = workspace.take(keys * width);
    p.diff_values = workspace.take(keys * outputs);
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

void copy_rows(const float *source, int64_t stride, int64_t rows, int64_t width, float *target)
{
    for (int64_t j = 0; j < rows; ++j) {
        memcpy(target + j * width, source + j * stride, static_cast<size_t>(width) * sizeof(float));
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

void attention_backward(const AttentionCall &call, int64_t from, int64_t to, float *workspace)
{
    const gatun_attention &a = call.shape;
    const int64_t keys = round_up(a.keys, panel);
    const int64_t width = round_up(a.width, panel);
    const int64_t outputs = round_up(a.outputs, panel);
    Workspace memory(workspace);
    Pieces p;
    take(a, memory, p);
    for (int64_t batch = from; batch < to; ++batch) {
        const float *key = call.key + batch * a.keys * a.width;
        pack_transposed(key, a.keys, a.width, p.keys);
        pack_columns(key, a.keys, a.width, keys, p.key_columns);
        pack_transposed(call.value + batch * a.keys * a.outputs, a.keys, a.outputs, p.values);
        memset(p.diff_keys, 0, static_cast<size_t>(keys * width) * sizeof(float));
        memset(p.diff_values, 0, static_cast<size_t>(keys * outputs) * sizeof(float));
        for (int64_t first = 0; first < a.queries; first += query_block) {
            backward_block(call, batch, first, p);
        }
        copy_rows(p.diff_keys, width, a.keys, a.width, call.diff_key + batch * a.keys * a.width);
        copy_rows(p.diff_values, outputs, a.keys, a.outputs, call.diff_value + batch * a.keys * a.outputs);
    }
}

}  // namespace GATUN_ISA
}  // namespace gatun
