// The weights as a step reads and writes them: f32 or bf16 alone, with their running average and their bf16 copy.
#ifndef GATUN_CUDA_WEIGHTS_H
#define GATUN_CUDA_WEIGHTS_H

#include "common/outputs.h"
#include "common/philox.h"
#include "cuda/packs.h"

namespace gatun {

// The random bits of stochastic rounding for elements i .. i + width; a pack's elements share a counter.
template <int width>
GATUN_DEVICE Pack<uint16_t, width> rounding_draws(uint64_t seed, int64_t step, int64_t i)
{
    constexpr int draws_per_counter = 8;
    const uint64_t counter = static_cast<uint64_t>(i) / draws_per_counter;
    uint64_t words[4] = {counter & 0xFFFFFFFFu, counter >> 32, static_cast<uint32_t>(step), GATUN_ROUNDING_STREAM};
    philox(words[0], words[1], words[2], words[3], static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32));
    Pack<uint16_t, width> draws;
    for (int k = 0; k < width; ++k) {
        const int half = static_cast<int>((i + k) % draws_per_counter);
        // Not indexed by a variable: that would put the words into memory.
        const uint64_t low = half / 2 % 2 == 0 ? words[0] : words[1];
        const uint64_t high = half / 2 % 2 == 0 ? words[2] : words[3];
        draws.at[k] = static_cast<uint16_t>((half < 4 ? low : high) >> 16 * (half % 2));
    }
    return draws;
}

class Weights {
  public:
    __device__ Weights(const gatun_step &step, float *parameters, float *average, uint16_t *bf16_weights)
        : parameters_(parameters), average_(average), bf16_weights_(bf16_weights),
          averaging_{static_cast<float>(1.0 - step.average_decay), flag<float>(step.average_first != 0)},
          stochastic_(step.bf16_rounding != 0), seed_(step.seed), step_(step.step)
    {
    }

    __device__ bool are_aligned() const
    {
        return aligned(parameters_) && aligned(average_) && aligned(bf16_weights_);
    }

    template <int width>
    __device__ Pack<float, width> read(int64_t i) const
    {
        if (parameters_ != nullptr) {
            return load<width>(parameters_ + i);
        }
        const auto rounded = load<width>(bf16_weights_ + i);
        Pack<float, width> w;
        for (int k = 0; k < width; ++k) {
            w.at[k] = from_bfloat16(rounded.at[k]);
        }
        return w;
    }

    template <int width>
    __device__ void write(int64_t i, const Pack<float, width> &w) const
    {
        if (parameters_ != nullptr) {
            store(parameters_ + i, w);
        }
        if (average_ != nullptr) {
            auto average = load<width>(average_ + i);
            for (int k = 0; k < width; ++k) {
                average_rule(averaging_, w.at[k], average.at[k]);
            }
            store(average_ + i, average);
        }
        if (bf16_weights_ != nullptr) {
            store(bf16_weights_ + i, in_bf16(i, w));
        }
    }

    // Elements i .. i + 4 as far as they are in [begin, end), zero elsewhere.
    __device__ Pack<float, quad> read_within(int64_t i, int64_t begin, int64_t end, bool packs) const
    {
        if (packs && i >= begin && i + quad <= end) {
            return read<quad>(i);
        }
        Pack<float, quad> w = {};
        GATUN_UNROLL
        for (int k = 0; k < quad; ++k) {
            if (i + k >= begin && i + k < end) {
                w.at[k] = read<1>(i + k).at[0];
            }
        }
        return w;
    }

    __device__ void write_within(int64_t i, int64_t begin, int64_t end, bool packs, const Pack<float, quad> &w) const
    {
        if (packs && i >= begin && i + quad <= end) {
            write(i, w);
            return;
        }
        GATUN_UNROLL
        for (int k = 0; k < quad; ++k) {
            if (i + k >= begin && i + k < end) {
                write(i + k, Pack<float, 1>{{w.at[k]}});
            }
        }
    }

  private:
    template <int width>
    __device__ Pack<uint16_t, width> in_bf16(int64_t i, const Pack<float, width> &w) const
    {
        Pack<uint16_t, width> rounded;
        if (stochastic_) {
            const auto draws = rounding_draws<width>(seed_, step_, i);
            for (int k = 0; k < width; ++k) {
                rounded.at[k] = to_bfloat16(w.at[k], draws.at[k]);
            }
        } else {
            for (int k = 0; k < width; ++k) {
                rounded.at[k] = to_bfloat16(w.at[k]);
            }
        }
        return rounded;
    }

    float *parameters_;       // or null: bf16_weights alone
    float *average_;          // or null
    uint16_t *bf16_weights_;  // or null
    AverageConstants<float> averaging_;
    bool stochastic_;
    uint64_t seed_;
    int64_t step_;
};

}  // namespace gatun

#endif
