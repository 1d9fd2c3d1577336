// Scaled dot-product attention in blocks: some queries with some keys at a time, so that scores and weights stay in the
// caches (Dao et al., 2022).
#ifndef GATUN_CPU_ATTENTION_H
#define GATUN_CPU_ATTENTION_H

#include <stdint.h>

#include "gatun.h"

namespace gatun {

constexpr int64_t query_block = 64;
constexpr int64_t key_block = 128;  // a multiple of every panel

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
};

}  // namespace gatun

#endif
