// Buffers that notice a write outside them, at any offset from a cache line, and the sizes and settings that every
// kernel is tried with.
#ifndef GATUN_TEST_BUFFERS_H
#define GATUN_TEST_BUFFERS_H

#include <stdint.h>
#include <stdlib.h>

#include <vector>

#include "check.h"

// Empty, around the widest vector, an odd tail, and more than one thread's worth with an odd tail.
inline const int64_t sizes[] = {0, 1, 15, 16, 17, 31, 33, 4097, 100003};

// Elements past a cache line at which buffers begin.
inline const int64_t offsets[] = {0, 1, 7};

// (elements) f32 between two guards of 64 elements.
class Buffer {
  public:
    explicit Buffer(int64_t elements, int64_t offset = 0) : elements_(elements), offset_(offset)
    {
        const size_t total = static_cast<size_t>(guard + offset + elements + guard + 16) / 16 * 16;
        memory_ = static_cast<float *>(aligned_alloc(64, total * sizeof(float)));
        for (size_t i = 0; i < total; ++i) {
            memory_[i] = canary;
        }
        total_ = static_cast<int64_t>(total);
    }

    Buffer(const Buffer &) = delete;
    Buffer &operator=(const Buffer &) = delete;

    ~Buffer()
    {
        for (int64_t i = 0; i < total_; ++i) {
            const bool inside = i >= guard + offset_ && i < guard + offset_ + elements_;
            if (!inside && memory_[i] != canary) {
                CHECK(!"written outside a buffer");
                break;
            }
        }
        free(memory_);
    }

    float *data()
    {
        return memory_ + guard + offset_;
    }

    float &operator[](int64_t i)
    {
        return data()[i];
    }

    int64_t size() const
    {
        return elements_;
    }

    std::vector<float> copy()
    {
        return std::vector<float>(data(), data() + elements_);
    }

    // A fixed pattern of both signs, about [-scale, scale]; exact zeros among them.
    void fill(float scale, uint32_t seed)
    {
        for (int64_t i = 0; i < elements_; ++i) {
            const uint32_t mixed = (static_cast<uint32_t>(i) + seed * 7919u) * 2654435761u;
            (*this)[i] = mixed % 16 == 0 ? 0.0f : scale * (static_cast<float>(mixed >> 8) / 8388608.0f - 1.0f);
        }
    }

    void fill_constant(float value)
    {
        for (int64_t i = 0; i < elements_; ++i) {
            (*this)[i] = value;
        }
    }

  private:
    static constexpr int64_t guard = 64;
    static constexpr float canary = -1.2345678e30f;
    int64_t elements_;
    int64_t offset_;
    int64_t total_;
    float *memory_;
};

// Calls body() under every instruction set of this processor with 1, 2 and 3 threads.
template <typename Body>
void for_every_setting(const Body &body)
{
    const int32_t best = gatun_get_isa();
    for (int32_t isa = GATUN_ISA_PLAIN; isa <= best; ++isa) {
        CHECK_EQUAL(gatun_set_isa(isa), GATUN_SUCCESS);
        for (int32_t threads = 1; threads <= 3; ++threads) {
            CHECK_EQUAL(gatun_set_threads(threads), GATUN_SUCCESS);
            body();
        }
    }
    CHECK_EQUAL(gatun_set_isa(best), GATUN_SUCCESS);
}

// compute() gives a vector of results; all settings must give those of the first, bit for bit.
template <typename Compute>
void check_same_bits(const Compute &compute)
{
    std::vector<float> first;
    bool have_first = false;
    for_every_setting([&] {
        const std::vector<float> now = compute();
        if (!have_first) {
            first = now;
            have_first = true;
        }
        CHECK(first.size() == now.size());
        CHECK(first.empty() || memcmp(first.data(), now.data(), now.size() * sizeof(float)) == 0);
    });
}

// The same for kernels that give other last bits on another instruction set: no number of threads changes a bit.
template <typename Compute>
void check_same_bits_on_each_isa(const Compute &compute)
{
    std::vector<float> first;
    int32_t first_isa = -1;
    for_every_setting([&] {
        const std::vector<float> now = compute();
        if (gatun_get_isa() != first_isa) {
            first = now;
            first_isa = gatun_get_isa();
        }
        CHECK(first.size() == now.size());
        CHECK(first.empty() || memcmp(first.data(), now.data(), now.size() * sizeof(float)) == 0);
    });
}

#endif
