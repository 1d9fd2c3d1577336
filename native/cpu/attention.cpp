// The forward pass of attention. The softmax runs over blocks of keys: what was summed is scaled down whenever a larger
// score appears (Milakov and Gimelshein, 2018).
#include "cpu/attention_block.h"
#include "cpu/workspace.h"

namespace gatun {
namespace GATUN_ISA {
namespace {

struct Pieces {
    float *keys;    // packed transposed
    float *values;  // packed in columns
    float *scores;  // (query_block, key_block)
    float *sums;    // (query_block, outputs up to whole panels)
    float *factors;
    float largest[query_block];
    float weights[query_block];
};

void take(const gatun_attention &a, Workspace &workspace, Pieces &p)
{
    p.keys = workspace.take(round_up(a.keys, panel) * a.width);
    p.values = workspace.take(a.keys * round_up(a.outputs, panel));
    p.scores = workspace.take(query_block * key_block);
    p.sums = workspace.take(query_block * round_up(a.outputs, panel));
    p.factors = workspace.take(key_block);
}

// Turns one row of scores into weights, and what was summed before into multiples of the same exponential.
void softmax_row(const AttentionCall &call, int64_t count, int64_t columns, int64_t row, Pieces &p)
{
    float *scores = p.scores + row * key_block;
    float largest = p.largest[row];
    for (int64_t j = 0; j < count; ++j) {
        largest = scores[j] > largest ? scores[j] : largest;
    }
    const float base = largest == -INFINITY ? 0.0f : largest;
    const float kept = exponential(p.largest[row] - base);
#pragma omp simd
    for (int64_t j = 0; j < count; ++j) {
        scores[j] = exponential(scores[j] - base);
    }
    float sum = 0.0f;
#pragma omp simd reduction(+ : sum)
    for (int64_t j = 0; j < count; ++j) {
        sum += scores[j];
    }
    p.weights[row] = p.weights[row] * kept + sum;
    p.largest[row] = largest;
    if (call.dropped) {
        for (int64_t j = 0; j < count; ++j) {
            scores[j] *= p.factors[j];
        }
    }
    float *sums = p.sums + row * columns;
    for (int64_t c = 0; c < columns; ++c) {
        sums[c] *= kept;
    }
}

void forward_block(const AttentionCall &call, int64_t batch, int64_t first, Pieces &p)
{
    const gatun_attention &a = call.shape;
    const int64_t rows = least(query_block, a.queries - first);
    const int64_t columns = round_up(a.outputs, panel);
    const float *query = call.query + (batch * a.queries + first) * a.width;
    memset(p.sums, 0, static_cast<size_t>(rows * columns) * sizeof(float));
    for (int64_t row = 0; row < rows; ++row) {
        p.largest[row] = -INFINITY;
        p.weights[row] = 0.0f;
    }
    const int64_t seen = seen_keys(a, first, rows);
    for (int64_t j0 = 0; j0 < seen; j0 += key_block) {
        const int64_t count = least(key_block, a.keys - j0);
        for (int64_t j = 0; j < count; j += panel) {
            products.multiply(rows, a.width, query, a.width, p.keys + (j0 + j) * a.width, p.scores + j, key_block,
                              false);
        }
        for (int64_t row = 0; row < rows; ++row) {
            finish_scores(call, batch, first + row, j0, count, p.scores + row * key_block);
            if (call.dropped) {
                draw_factors(call, batch, first + row, j0, count, p.factors);
            }
            softmax_row(call, count, columns, row, p);
        }
        for (int64_t c = 0; c < columns; c += panel) {
            products.multiply(rows, count, p.scores, key_block, p.values + c * a.keys + j0 * panel, p.sums + c,
                              columns, true);
        }
    }
    for (int64_t row = 0; row < rows; ++row) {
        const int64_t at = batch * a.queries + first + row;
        for (int64_t c = 0; c < a.outputs; ++c) {
            call.dst[at * a.outputs + c] = p.sums[row * columns + c] / p.weights[row];
        }
        call.log_sums[at] = p.largest[row] + logf(p.weights[row]);
    }
}

}  // namespace

int64_t attention_forward_floats(const gatun_attention &shape)
{
    Workspace counting;
    Pieces pieces;
    take(shape, counting, pieces);
    return counting.bytes() / static_cast<int64_t>(sizeof(float));
}

void attention_forward(const AttentionCall &call, int64_t from, int64_t to, float *workspace)
{
    const gatun_attention &a = call.shape;
    const int64_t blocks = divide_up(a.queries, query_block);
    Workspace memory(workspace);
    Pieces pieces;
    take(a, memory, pieces);
    for (int64_t item = from; item < to; ++item) {
        const int64_t batch = item / blocks;
        if (item == from || item % blocks == 0) {
            pack_transposed(call.key + batch * a.keys * a.width, a.keys, a.width, pieces.keys);
            pack_columns(call.value + batch * a.keys * a.outputs, a.keys, a.outputs, a.keys, pieces.values);
        }
        forward_block(call, batch, item % blocks * query_block, pieces);
    }
}

}  // namespace GATUN_ISA
}  // namespace gatun
