// Access to slabs by packs of four elements where they are aligned, by elements otherwise.
#ifndef GATUN_CUDA_PACKS_H
#define GATUN_CUDA_PACKS_H

#include <stdint.h>

#include <type_traits>

#include "cuda/cells.h"

namespace gatun {

constexpr int quad = 4;

// Read and written by one instruction: 16 bytes of f32, 8 of bf16, 4 of codes.
template <typename Value, int width>
struct alignas(sizeof(Value) * width) Pack {
    Value at[width];
};

template <int width, typename Value>
GATUN_DEVICE Pack<Value, width> load(const Value *source)
{
    return *reinterpret_cast<const Pack<Value, width> *>(source);
}

template <int width, typename Value>
GATUN_DEVICE void store(Value *target, const Pack<Value, width> &pack)
{
    *reinterpret_cast<Pack<Value, width> *>(target) = pack;
}

// Whether a slab's quads are packs. A null slab is never accessed.
template <typename Value>
GATUN_DEVICE bool aligned(const Value *slab)
{
    return reinterpret_cast<uintptr_t>(slab) % (quad * sizeof(Value)) == 0;
}

// Calls visit(width, i) in the thread whose elements they are: for elements i .. i + 4 where all are in [begin, end)
// and packs may be used, otherwise for each of those that are. A thread's elements depend on the slab's cells only, not
// on packs: so do the bits of a sum. width: std::integral_constant.
template <typename Visit>
GATUN_DEVICE void for_each_pack(int64_t begin, int64_t end, bool packs, const Visit &visit)
{
    for (int64_t i = (begin / quad + threadIdx.x) * quad; i < end; i += threads * quad) {
        if (packs && i >= begin && i + quad <= end) {
            visit(std::integral_constant<int, quad>(), i);
        } else {
            for (int64_t k = i < begin ? begin : i; k < i + quad && k < end; ++k) {
                visit(std::integral_constant<int, 1>(), k);
            }
        }
    }
}

// Elements i .. i + 4 of a slab as far as they are in [begin, end), zero elsewhere.
template <typename Value>
GATUN_DEVICE Pack<Value, quad> load_within(const Value *slab, int64_t i, int64_t begin, int64_t end, bool packs)
{
    if (packs && i >= begin && i + quad <= end) {
        return load<quad>(slab + i);
    }
    Pack<Value, quad> pack = {};
    for (int k = 0; k < quad; ++k) {
        if (i + k >= begin && i + k < end) {
            pack.at[k] = slab[i + k];
        }
    }
    return pack;
}

template <typename Value>
GATUN_DEVICE void store_within(Value *slab, int64_t i, int64_t begin, int64_t end, bool packs,
                               const Pack<Value, quad> &pack)
{
    if (packs && i >= begin && i + quad <= end) {
        store(slab + i, pack);
        return;
    }
    for (int k = 0; k < quad; ++k) {
        if (i + k >= begin && i + k < end) {
            slab[i + k] = pack.at[k];
        }
    }
}

}  // namespace gatun

#endif
