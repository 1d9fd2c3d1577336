// One thread's run of a step of each optimizer with 8-bit states: block by block, decoded, updated and encoded in the
// first-level cache.
#include "cpu/block_states.h"
#include "cpu/pass.h"

namespace gatun {
namespace GATUN_ISA {

// A block of a rule's state number index. Passed by value, so that it lives in registers.
template <gatun_state_kind kind_of_state, int index>
struct BlockOfState {
    static constexpr gatun_state_kind kind = kind_of_state;

    // decoded: (states, GATUN_STATE_BLOCK).
    static BlockOfState of(const CodedRun &run, int64_t block, float *decoded)
    {
        const CodedState &state = run.states[index];
        return {state.codes + block * GATUN_STATE_BLOCK, state.scales + block, decoded + index * GATUN_STATE_BLOCK};
    }

    void decode(int64_t count) const
    {
        decode_block<kind>(count, codes, *scale, values);
    }

    // Writes the new scale, and returns its inverse.
    float rescale(int64_t count) const
    {
        *scale = scale_of_block<kind>(count, values);
        return inverse_of(*scale);
    }

    // The first state takes the low half of each word, the second the high one.
    GATUN_HOST_DEVICE int32_t addend(uint32_t draws)
    {
        return dithered(index == 0 ? draws & 0xFFFFu : draws >> 16);
    }

    uint8_t *codes;
    float *scale;
    float *values;
};

// What the draws of a block come from.
static inline uint32_t key_of_block(const Rounding &rounding, int64_t block)
{
    return first_random_word(static_cast<uint64_t>(block), rounding.step, GATUN_STATE_STREAM, rounding.key[0],
                             rounding.key[1]);
}

// count: of the block; inverses: of the states' scales. The states share the words that their draws come from.
template <typename... States, typename... Inverses>
static void encode(uint32_t key, int32_t count, const States... states, const Inverses... inverses)
{
#pragma omp simd
    for (int32_t i = 0; i < count; ++i) {
        const uint32_t draws = draws_of(key, static_cast<uint32_t>(i));
        ((states.codes[i] = encoded<States::kind>(states.values[i], inverses, States::addend(draws))), ...);
    }
    (clear_block_without_scale(count, *states.scale, states.codes), ...);
}

// The states in the order in which the rule takes them.
template <typename Rule, typename... States>
static void update_coded(const typename Rule::template Constants<float> &c, const CodedRun &coded)
{
    const Run &run = coded.run;
    float decoded[sizeof...(States) * GATUN_STATE_BLOCK];
    float buffer[GATUN_STATE_BLOCK];
    for (int64_t begin = 0; begin < run.count;) {
        const int64_t block = (run.first + begin) / GATUN_STATE_BLOCK;
        const int64_t start = block * GATUN_STATE_BLOCK;
        const int64_t rest = coded.elements - start;
        const int32_t length = rest < GATUN_STATE_BLOCK ? static_cast<int32_t>(rest) : GATUN_STATE_BLOCK;
        const int64_t offset = run.first + begin - start;
        const int64_t left = run.count - begin;
        const int64_t count = left < length - offset ? left : length - offset;
        float *const weights = weights_of(run, begin, count, buffer);
        (States::of(coded, block, decoded).decode(length), ...);
        apply<Rule>(c, count, weights, run.gradients + begin, (States::of(coded, block, decoded).values + offset)...);
        encode<States...>(key_of_block(run.rounding, block), length, States::of(coded, block, decoded)...,
                          States::of(coded, block, decoded).rescale(length)...);
        finish(c.gradient.threshold, run, begin, count, weights);
        begin += count;
    }
}

template <typename Constants, const gatun_state_kind *kinds>
struct UpdateCodedVariant {
    const Constants &c;
    const CodedRun &run;

    template <typename Rule, int... states>
    __attribute__((always_inline)) void operator()(Variant<Rule, states...>) const
    {
        // A group that needs more is refused by the entry point.
        if constexpr (sizeof...(states) <= most_coded_states) {
            update_coded<Rule, BlockOfState<kinds[states], states>...>(c, run);
        }
    }
};

#define GATUN_ELEMENTWISE_8BIT(id, Rule)                                                            \
    void id##_8bit(const Rule::Constants<float> &c, const CodedRun &run)                            \
    {                                                                                               \
        Rule::choose<Rule>(c, UpdateCodedVariant<Rule::Constants<float>, kinds_of_##id>{c, run});   \
    }
#define GATUN_ELEMENTWISE(id, Rule)
#include "common/rules.def"

}  // namespace GATUN_ISA
}  // namespace gatun
