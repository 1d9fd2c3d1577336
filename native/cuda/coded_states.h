// States of 8 bits. A block of codes belongs to one warp, whichever ranges it lies in: warp i of a block of threads has
// every eighth block of codes from the cell's ith. A lane has two quads of it.
#ifndef GATUN_CUDA_CODED_STATES_H
#define GATUN_CUDA_CODED_STATES_H

#include "common/block_state.h"
#include "cuda/packs.h"
#include "cuda/sums.h"

namespace gatun {

constexpr int64_t block_elements = GATUN_STATE_BLOCK;
constexpr int64_t quads_per_lane = block_elements / (warp_threads * quad);
static_assert(cell_elements % block_elements == 0, "a block of codes lies in one cell");

// Calls visit(block) for each block of codes with an element in [begin, end) of the cell, in the warp that has it.
template <typename Visit>
GATUN_DEVICE void for_each_block(int64_t cell, int64_t begin, int64_t end, const Visit &visit)
{
    const int64_t first = cell * (cell_elements / block_elements);
    for (int64_t block = first + threadIdx.x / warp_threads; block * block_elements < end; block += warps) {
        if ((block + 1) * block_elements > begin) {
            visit(block);
        }
    }
}

// The first element of the lane's quad i of a block.
GATUN_DEVICE int64_t lane_element(int64_t block, int64_t i)
{
    return block * block_elements + (i * warp_threads + threadIdx.x % warp_threads) * quad;
}

// State number index of a rule: codes (elements), scales (blocks), and the lane's values of one block.
template <gatun_state_kind kind, int index = 0>
class CodedState {
  public:
    __device__ CodedState(int64_t elements, uint8_t *codes, float *scales)
        : elements_(elements), codes_(codes), scales_(scales), packs_(aligned(codes))
    {
    }

    // To be called by the whole warp, as encode.
    __device__ void decode(int64_t block)
    {
        const float scale = scales_[block];
        GATUN_UNROLL
        for (int i = 0; i < quads_per_lane; ++i) {
            const auto codes = load_within(codes_, lane_element(block, i), 0, elements_, packs_);
            for (int k = 0; k < quad; ++k) {
                values[i].at[k] = decoded<kind>(codes.at[k]) * scale;
            }
        }
    }

    // addend(i): what is added to the bits of element i of the block.
    template <typename Addend>
    __device__ void encode(int64_t block, const Addend &addend) const
    {
        const float scale = scale_of<kind>(largest_bits());
        const float inverse = scale > 0.0f ? 1.0f / scale : 0.0f;
        GATUN_UNROLL
        for (int i = 0; i < quads_per_lane; ++i) {
            const int64_t first = lane_element(block, i);
            Pack<uint8_t, quad> codes;
            for (int k = 0; k < quad; ++k) {
                const int32_t added = addend(static_cast<uint32_t>(first % block_elements + k));
                codes.at[k] = scale > 0.0f ? encoded<kind>(values[i].at[k], inverse, added) : 0;  // of a NaN too
            }
            store_within(codes_, first, 0, elements_, packs_, codes);
        }
        if (threadIdx.x % warp_threads == 0) {
            scales_[block] = scale;
        }
        __syncwarp();  // the same block may be decoded next, for another range
    }

    // Stochastic, to the block's key: the first state takes the low half of each word, the second the high one.
    __device__ void encode_stochastically(int64_t block, uint32_t key) const
    {
        encode(block, [&](uint32_t i) {
            const uint32_t draws = draws_of(key, i);
            return dithered(index == 0 ? draws & 0xFFFFu : draws >> 16);
        });
    }

    Pack<float, quad> values[quads_per_lane];  // zero past the slab's end

  private:
    __device__ int32_t largest_bits() const
    {
        int32_t largest = 0;
        GATUN_UNROLL
        for (int i = 0; i < quads_per_lane; ++i) {
            for (int k = 0; k < quad; ++k) {
                const int32_t bits = bits_of(values[i].at[k]) & 0x7FFFFFFF;
                largest = bits > largest ? bits : largest;
            }
        }
        for (int distance = warp_threads / 2; distance > 0; distance /= 2) {
            const int32_t other = __shfl_xor_sync(0xFFFFFFFFu, largest, distance);
            largest = other > largest ? other : largest;
        }
        return largest;
    }

    int64_t elements_;
    uint8_t *codes_;
    float *scales_;
    bool packs_;
};

}  // namespace gatun

#endif
