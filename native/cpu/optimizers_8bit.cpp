// One thread's run of a step of each optimizer with 8-bit states: block by block, decoded, updated and encoded in the
// first-level cache.
#include "cpu/block_states.h"
#include "cpu/pass.h"

namespace gatun {
namespace GATUN_ISA {

template <gatun_state_kind kind>
static void decode(int64_t count, const uint8_t *codes, const float *scales, float *values)
{
    for (int64_t begin = 0; begin < count; begin += GATUN_STATE_BLOCK) {
        const int64_t left = count - begin;
        decode_block<kind>(left < GATUN_STATE_BLOCK ? left : GATUN_STATE_BLOCK, codes + begin,
                           scales[begin / GATUN_STATE_BLOCK], values + begin);
    }
}

template <gatun_state_kind kind>
static void encode(int64_t count, const float *values, uint8_t *codes, float *scales)
{
    for (int64_t begin = 0; begin < count; begin += GATUN_STATE_BLOCK) {
        const int64_t left = count - begin;
        scales[begin / GATUN_STATE_BLOCK] = encode_block<kind>(
            left < GATUN_STATE_BLOCK ? left : GATUN_STATE_BLOCK, values + begin, codes + begin);
    }
}

// A rule's state i, decoded.
template <gatun_state_kind kind_of_state, int state>
struct Decoded {
    static constexpr gatun_state_kind kind = kind_of_state;
    static constexpr int index = state;
    float values[GATUN_STATE_BLOCK];
};

template <typename Rule, typename Constants, typename... States>
static void update_coded(const Constants &c, const CodedRun &coded, States &&... states)
{
    const Run &run = coded.run;
    float buffer[GATUN_STATE_BLOCK];
    for (int64_t begin = 0; begin < run.count;) {
        const int64_t block = (run.first + begin) / GATUN_STATE_BLOCK;
        const int64_t start = block * GATUN_STATE_BLOCK;
        const int64_t rest = coded.elements - start;
        const int64_t length = rest < GATUN_STATE_BLOCK ? rest : GATUN_STATE_BLOCK;
        const int64_t offset = run.first + begin - start;
        const int64_t left = run.count - begin;
        const int64_t count = left < length - offset ? left : length - offset;
        float *const weights = weights_of(run, begin, count, buffer);
        (decode_block<States::kind>(length, coded.states[States::index].codes + start,
                                    coded.states[States::index].scales[block], states.values), ...);
        apply<Rule>(c, count, weights, run.gradients + begin, (states.values + offset)...);
        ((coded.states[States::index].scales[block] = encode_block<States::kind>(
              length, states.values, coded.states[States::index].codes + start)), ...);
        finish(c.gradient.threshold, run, begin, count, weights);
        begin += count;
    }
}

void decode_signed(int64_t count, const uint8_t *codes, const float *scales, float *values)
{
    decode<GATUN_STATE_SIGNED>(count, codes, scales, values);
}

void decode_non_negative(int64_t count, const uint8_t *codes, const float *scales, float *values)
{
    decode<GATUN_STATE_NON_NEGATIVE>(count, codes, scales, values);
}

void encode_signed(int64_t count, const float *values, uint8_t *codes, float *scales)
{
    encode<GATUN_STATE_SIGNED>(count, values, codes, scales);
}

void encode_non_negative(int64_t count, const float *values, uint8_t *codes, float *scales)
{
    encode<GATUN_STATE_NON_NEGATIVE>(count, values, codes, scales);
}

void adam_8bit(const AdamRule::Constants<float> &c, const CodedRun &run)
{
    update_coded<AdamRule>(c, run, Decoded<GATUN_STATE_SIGNED, 0>(), Decoded<GATUN_STATE_NON_NEGATIVE, 1>());
}

void lion_8bit(const LionRule::Constants<float> &c, const CodedRun &run)
{
    update_coded<LionRule>(c, run, Decoded<GATUN_STATE_SIGNED, 0>());
}

}  // namespace GATUN_ISA
}  // namespace gatun
