// Rules of the table with 8-bit states, and the coding of states alone.
#include "cuda/coded_states.h"
#include "cuda/step.h"

namespace gatun {

// The rule on the lane's elements of one block of codes, as far as they lie in the piece.
template <typename Rule, typename Constants, typename... States>
GATUN_DEVICE void update_block(const Constants &c, const Piece &piece, int64_t block, uint32_t key,
                               const Slabs &slabs, States &... states)
{
    (states.decode(block), ...);
    GATUN_UNROLL
    for (int j = 0; j < quads_per_lane; ++j) {
        const int64_t i = lane_element(block, j);
        const auto gradient = load_within(slabs.gradients, i, piece.begin, piece.end, slabs.packs);
        auto w = slabs.weights.read_within(i, piece.begin, piece.end, slabs.packs);
        GATUN_UNROLL
        for (int k = 0; k < quad; ++k) {
            if (i + k >= piece.begin && i + k < piece.end) {
                update_element<Rule>(c, w.at[k], gradient.at[k], states.values[j].at[k]...);
            }
        }
        slabs.weights.write_within(i, piece.begin, piece.end, slabs.packs, w);
    }
    (states.encode_stochastically(block, key), ...);
}

// The blocks of a piece, for whichever variant of its rule.
template <typename Rule, typename First, typename Second>
struct UpdateCodedVariant {
    using Constants = typename Rule::template Constants<float>;

    const StepCall<Rule> &call;
    const Constants &c;
    const Piece &piece;
    const Slabs &slabs;
    First first;
    Second second;

    __device__ void operator()(Variant<Rule, 0>) const
    {
        for_each_block(piece.cell, piece.begin, piece.end, [&](int64_t block) {
            First state0 = first;
            update_block<Rule>(c, piece, block, key(block), slabs, state0);
        });
    }

    __device__ void operator()(Variant<Rule, 0, 1>) const
    {
        for_each_block(piece.cell, piece.begin, piece.end, [&](int64_t block) {
            First state0 = first;
            Second state1 = second;
            update_block<Rule>(c, piece, block, key(block), slabs, state0, state1);
        });
    }

    // More states than that are never coded.
    __device__ void operator()(Variant<Rule, 0, 1, 2>) const {}

  private:
    __device__ uint32_t key(int64_t block) const
    {
        const gatun_step &step = *call.step;
        return first_random_word(static_cast<uint64_t>(block), static_cast<uint32_t>(step.step), GATUN_STATE_STREAM,
                                 static_cast<uint32_t>(step.seed), static_cast<uint32_t>(step.seed >> 32));
    }
};

template <typename Rule, typename First, typename Second>
GATUN_DEVICE void step_coded(const StepCall<Rule> &call, const First &first, const Second &second)
{
    const Slabs slabs = slabs_of(call, nullptr, nullptr, nullptr);
    for_each_piece(call, [&](const auto &c, const Piece &piece) {
        Rule::template choose<Rule>(c, UpdateCodedVariant<Rule, First, Second>{call, c, piece, slabs, first, second});
    });
}

// Calls visit(block) for each block of codes of the slab, in the warp that has it.
template <typename Visit>
GATUN_DEVICE void for_every_block(int64_t elements, const Visit &visit)
{
    for_each_cell(elements, [&](int64_t cell) {
        for_each_block(cell, cell_begin(cell), cell_end(cell, elements), visit);
    });
}

template <gatun_state_kind kind>
GATUN_DEVICE void decode_all(int64_t elements, CodedState<kind> state, float *values)
{
    const bool packs = aligned(values);
    for_every_block(elements, [&](int64_t block) {
        state.decode(block);
        GATUN_UNROLL
        for (int j = 0; j < quads_per_lane; ++j) {
            store_within(values, lane_element(block, j), 0, elements, packs, state.values[j]);
        }
    });
}

template <gatun_state_kind kind>
GATUN_DEVICE void encode_all(int64_t elements, const float *values, CodedState<kind> state)
{
    const bool packs = aligned(values);
    for_every_block(elements, [&](int64_t block) {
        GATUN_UNROLL
        for (int j = 0; j < quads_per_lane; ++j) {
            state.values[j] = load_within(values, lane_element(block, j), 0, elements, packs);
        }
        state.encode(block, [](uint32_t) { return nearest; });
    });
}

}  // namespace gatun

#define GATUN_ELEMENTWISE(id, Rule)
#define GATUN_ELEMENTWISE_8BIT(id, Rule)                                                                          \
    GATUN_KERNEL gatun_cuda_update_8bit_##id(GATUN_STEP_PARAMETERS, uint8_t *codes0, float *scales0,              \
                                             uint8_t *codes1, float *scales1, GATUN_OUTPUT_PARAMETERS)            \
    {                                                                                                             \
        const gatun::StepCall<gatun::Rule> call = GATUN_STEP_ARGUMENTS;                                           \
        gatun::step_coded(call, gatun::CodedState<gatun::kinds_of_##id[0]>(elements, codes0, scales0),            \
                          gatun::CodedState<gatun::kinds_of_##id[1], 1>(elements, codes1, scales1));              \
    }
#include "common/rules.def"

GATUN_KERNEL gatun_cuda_decode_states(int64_t elements, int32_t kind, const uint8_t *codes, const float *scales,
                                      float *values)
{
    // Decoding writes neither.
    uint8_t *const read_codes = const_cast<uint8_t *>(codes);
    float *const read_scales = const_cast<float *>(scales);
    if (kind == GATUN_STATE_SIGNED) {
        gatun::decode_all<GATUN_STATE_SIGNED>(elements, {elements, read_codes, read_scales}, values);
    } else {
        gatun::decode_all<GATUN_STATE_NON_NEGATIVE>(elements, {elements, read_codes, read_scales}, values);
    }
}

GATUN_KERNEL gatun_cuda_encode_states(int64_t elements, int32_t kind, const float *values, uint8_t *codes,
                                      float *scales)
{
    if (kind == GATUN_STATE_SIGNED) {
        gatun::encode_all<GATUN_STATE_SIGNED>(elements, values, {elements, codes, scales});
    } else {
        gatun::encode_all<GATUN_STATE_NON_NEGATIVE>(elements, values, {elements, codes, scales});
    }
}
