// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011): a random number
// is a pure function of a counter and a key, so any element's number can be had without the ones before it.
#ifndef GATUN_COMMON_PHILOX_H
#define GATUN_COMMON_PHILOX_H

#include <stdint.h>

#include "common/host_device.h"

namespace gatun {

constexpr int philox_rounds = 10;

// The low half of x times factor, all 64 bits of it. A vector type has its own overload.
GATUN_HOST_DEVICE uint64_t low_product(uint64_t x, uint32_t factor)
{
    return static_cast<uint64_t>(static_cast<uint32_t>(x)) * factor;
}

// Replaces the counter (c0, c1, c2, c3) by its four random words under the key (k0, k1).
// A word is the low half of a 64-bit lane, Wide being uint64_t or a vector of them; the high halves are left with
// whatever the products put there, and no operation lets them reach a low half.
template <typename Wide>
GATUN_HOST_DEVICE void philox(Wide &c0, Wide &c1, Wide &c2, Wide &c3, uint32_t k0, uint32_t k1)
{
    for (int round = 0; round < philox_rounds; ++round) {
        const Wide a = low_product(c0, 0xD2511F53u);
        const Wide b = low_product(c2, 0xCD9E8D57u);
        c0 = (b >> 32) ^ c1 ^ static_cast<uint64_t>(k0);
        c2 = (a >> 32) ^ c3 ^ static_cast<uint64_t>(k1);
        c1 = b;
        c3 = a;
        k0 += 0x9E3779B9u;  // the golden ratio
        k1 += 0xBB67AE85u;  // sqrt(3) - 1
    }
}

// The first of the four words alone.
GATUN_HOST_DEVICE uint32_t first_random_word(uint64_t counter, uint32_t step, uint32_t stream, uint32_t k0, uint32_t k1)
{
    uint64_t c0 = static_cast<uint32_t>(counter);
    uint64_t c1 = counter >> 32;
    uint64_t c2 = step;
    uint64_t c3 = stream;
    philox(c0, c1, c2, c3, k0, k1);
    return static_cast<uint32_t>(c0);
}

}  // namespace gatun

#endif
