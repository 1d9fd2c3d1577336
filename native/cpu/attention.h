// Scaled dot-product attention in blocks: some queries with some keys at a time, so that scores and weights stay in the
// caches (Dao et al., 2022).
#ifndef GATUN_CPU_ATTENTION_H
#define GATUN_CPU_ATTENTION_H

#include <stdint.h>

#include "gatun.h"

namespace gatun {

constexpr int64_t query_block = 64;
constexpr int64_t key_block = 128;  // a multiple of every panel

// The backward pass cuts a pair of matrices into parts, some blocks of queries each. Every part sums its own gradients
// of keys and values, and these sums are added in the order of the parts: how many there are follows from the shape
// alone, so that bits do not depend on who computes which.
constexpr int64_t most_query_parts = 16;

// Two blocks at least: as a pair, the first and the last one see about as many keys as any other pair, causal or not.
inline int64_t attention_parts(const gatun_attention &shape)
{
    const int64_t pairs = (shape.queries + query_block - 1) / query_block / 2;
    return pairs < 1 ? 1 : pairs < most_query_parts ? pairs : most_query_parts;
}

// What one call reads and writes; a pass does not look at the buffers of the other.
struct AttentionCall {
    const gatun_attention &shape;
    const float *query;
    const float *key;
    const float *value;
    const float *mask;
    const int64_t *mask_offsets;
    bool dropped;
    uint32_t threshold;
    float factor;
    uint32_t random_key[2];
    uint32_t step;
    float *dst;
    float *log_sums;
    const float *diff_dst;
    float *diff_query;
    float *diff_key;
    float *diff_value;
};

struct AttentionKernels {
    // Floats of workspace that a thread needs.
    int64_t (*forward_floats)(const gatun_attention &shape);
    int64_t (*backward_floats)(const gatun_attention &shape);

    // Blocks of queries from .. to, counted over all batches.
    void (*forward)(const AttentionCall &call, int64_t from, int64_t to, float *workspace);

    // Batches from .. to.
    void (*backward)(const AttentionCall &call, int64_t from, int64_t to, float *workspace);

    // The same in two steps, for batches that threads share: parts from .. to, counted over the batches from the first
    // one on, each into sums of its own; and then keys from .. to, counted likewise, which add these.
    int64_t (*sums_floats)(const gatun_attention &shape);
    void (*backward_parts)(const AttentionCall &call, int64_t first, int64_t from, int64_t to, float *sums,
                           float *workspace);
    void (*add_parts)(const AttentionCall &call, int64_t first, int64_t from, int64_t to, const float *sums);
};

}  // namespace gatun

#endif
