// Optimizer states of 8 bits: the codes against a model in double, and the steps against one element at a time.
#include <float.h>

#include <algorithm>

#include "buffers.h"
#include "check.h"
#include "common/block_state.h"
#include "common/outputs.h"
#include "common/philox.h"
#include "common/rules.h"
#include "steps.h"

static const int32_t kinds[] = {GATUN_STATE_SIGNED, GATUN_STATE_NON_NEGATIVE};
static const int64_t block_sizes[] = {0, 1, 15, 16, 17, 255, 256, 257, 1000, 70001};

static int64_t blocks_of(int64_t elements)
{
    return (elements + GATUN_STATE_BLOCK - 1) / GATUN_STATE_BLOCK;
}

// The header's definition.
static double value_of(int32_t kind, int code)
{
    const int largest = kind == GATUN_STATE_SIGNED ? 127 : 255;
    const int magnitude = code & largest;
    const int steps = largest - magnitude;  // below 1
    const double value =
        magnitude == 0 ? 0.0 : steps == 0 ? 1.0 : ldexp(2.0 - ((steps - 1) % 8 + 1) / 8.0, -1 - (steps - 1) / 8);
    return code > largest ? -value : value;
}

// Codes between guards, at any byte.
struct Codes {
    explicit Codes(int64_t size, uint8_t fill = 0) : count(size), memory(static_cast<size_t>(size + 2 * guard), 0xA5)
    {
        for (int64_t i = 0; i < size; ++i) {
            data()[i] = fill;
        }
    }

    ~Codes()
    {
        for (int64_t i = 0; i < guard; ++i) {
            CHECK_EQUAL(memory[static_cast<size_t>(i)], 0xA5);
            CHECK_EQUAL(memory[static_cast<size_t>(guard + count + i)], 0xA5);
        }
    }

    uint8_t *data()
    {
        return memory.data() + guard;
    }

    std::vector<uint8_t> copy()
    {
        return {data(), data() + count};
    }

    static constexpr int64_t guard = 67;
    int64_t count;
    std::vector<uint8_t> memory;
};

TEST(every_code_decodes_as_defined)
{
    for (const int32_t kind : kinds) {
        Codes codes(256);
        Buffer scale(1), values(256);
        scale[0] = 3.0f;
        for (int code = 0; code < 256; ++code) {
            codes.data()[code] = static_cast<uint8_t>(code);
        }
        CHECK_EQUAL(gatun_decode_states(256, kind, codes.data(), scale.data(), values.data()), GATUN_SUCCESS);
        for (int code = 0; code < 256; ++code) {
            CHECK(static_cast<double>(values[code]) == 3.0 * value_of(kind, code));
        }
        CHECK(kind == GATUN_STATE_SIGNED ? values[127] == 3.0f && values[255] == -3.0f : values[255] == 3.0f);
    }
}

TEST(values_become_the_nearest_code)
{
    const int64_t size = 256 * 40;
    for (const int32_t kind : kinds) {
        Buffer values(size), scales(40);
        Codes codes(size);
        for (int64_t i = 0; i < size; ++i) {
            const double sign = kind == GATUN_STATE_SIGNED && i % 3 == 0 ? -1.0 : 1.0;
            values[i] = static_cast<float>(sign * exp2(-36.0 * static_cast<double>(i * 7919 % size) / size));
        }
        CHECK_EQUAL(gatun_encode_states(size, kind, values.data(), codes.data(), scales.data()), GATUN_SUCCESS);
        const double smallest = value_of(kind, 1);
        for (int64_t i = 0; i < size; ++i) {
            const double scale = static_cast<double>(scales[i / 256]);
            const double ratio = static_cast<double>(values[i]) / scale;
            const double got = value_of(kind, codes.data()[i]);
            double best = 2.0;
            for (int code = 0; code < 256; ++code) {
                best = fmin(best, fabs(value_of(kind, code) - ratio));
            }
            if (fabs(ratio) >= smallest) {
                CHECK_NEAR(fabs(got - ratio), best, 1e-6 * fabs(ratio));
            } else if (kind == GATUN_STATE_NON_NEGATIVE) {
                CHECK_EQUAL(codes.data()[i], 1);
            } else {
                CHECK(got == 0.0 || (fabs(got) == smallest && fabs(ratio) > 0.94 * smallest));
            }
        }
    }
}

TEST(encoding_what_was_decoded_gives_the_same_codes_and_scales)
{
    for (const int32_t kind : kinds) {
        for (const float scale : {0x1p-94f, 1.1e-28f, 1e-20f, 1.0f, 3.1415927f, 1e30f, 0x1.234568p126f, FLT_MAX}) {
            Codes codes(512), again(512);
            Buffer scales(2), values(512), scales_again(2);
            for (int i = 0; i < 512; ++i) {
                codes.data()[i] = static_cast<uint8_t>(i);
            }
            scales[0] = scale;
            scales[1] = 0.75f * scale < 0x1p-94f ? scale : 0.75f * scale;
            for_every_setting([&] {
                CHECK_EQUAL(gatun_decode_states(512, kind, codes.data(), scales.data(), values.data()), GATUN_SUCCESS);
                CHECK_EQUAL(gatun_encode_states(512, kind, values.data(), again.data(), scales_again.data()),
                            GATUN_SUCCESS);
                CHECK(codes.copy() == again.copy());
                CHECK(scales.copy() == scales_again.copy());
            });
        }
    }
}

TEST(zeros_stay_zero_and_small_values_keep_a_scale_of_their_own)
{
    for_every_setting([] {
        Buffer values(512), scales(2), back(512);
        Codes codes(512, 9);
        values.fill_constant(0.0f);
        values[300] = FLT_TRUE_MIN;
        for (const int32_t kind : kinds) {
            CHECK_EQUAL(gatun_encode_states(512, kind, values.data(), codes.data(), scales.data()), GATUN_SUCCESS);
            CHECK_EQUAL(gatun_decode_states(512, kind, codes.data(), scales.data(), back.data()), GATUN_SUCCESS);
            const bool kept = kind == GATUN_STATE_NON_NEGATIVE;
            CHECK(scales[0] == 0.0f && scales[1] == (kept ? 0x1p-94f : 0.0f));
            for (int i = 0; i < 512; ++i) {
                CHECK(i == 300 && kept ? codes.data()[i] == 1 && back[i] > 0.0f
                                       : codes.data()[i] == 0 && back[i] == 0.0f);
            }
        }
        values[300] = 0x1p-100f;  // below the smallest scale, and not lost
        CHECK_EQUAL(gatun_encode_states(512, GATUN_STATE_SIGNED, values.data(), codes.data(), scales.data()),
                    GATUN_SUCCESS);
        CHECK_EQUAL(gatun_decode_states(512, GATUN_STATE_SIGNED, codes.data(), scales.data(), back.data()),
                    GATUN_SUCCESS);
        CHECK(scales[1] == 0x1p-94f && back[300] == 0x1p-100f);
    });
}

TEST(a_block_with_a_value_that_is_not_finite_becomes_nan_and_no_other)
{
    for (const float bad : {NAN, -NAN, INFINITY, -INFINITY}) {
        for (const int32_t kind : kinds) {
            for_every_setting([&] {
                Buffer values(600), scales(3), back(600);
                Codes codes(600, 9);
                values.fill_constant(0.5f);
                values[256 + 77] = bad;
                CHECK_EQUAL(gatun_encode_states(600, kind, values.data(), codes.data(), scales.data()), GATUN_SUCCESS);
                CHECK_EQUAL(gatun_decode_states(600, kind, codes.data(), scales.data(), back.data()), GATUN_SUCCESS);
                CHECK(isnan(scales[1]) && codes.data()[256 + 77] == 0);
                for (int i = 0; i < 600; ++i) {
                    CHECK(i / 256 == 1 ? isnan(back[i]) : back[i] == 0.5f);
                }
            });
        }
    }
}

// The words that stochastic rounding draws from, as the header has it.
static uint32_t model_draws(const Step &step, int64_t i)
{
    const uint64_t block = static_cast<uint64_t>(i / GATUN_STATE_BLOCK);
    uint64_t c[4] = {block & 0xFFFFFFFFu, block >> 32, static_cast<uint64_t>(step.step) & 0xFFFFFFFFu,
                     GATUN_STATE_STREAM};
    gatun::philox(c[0], c[1], c[2], c[3], static_cast<uint32_t>(step.seed), static_cast<uint32_t>(step.seed >> 32));
    return gatun::draws_of(static_cast<uint32_t>(c[0]), static_cast<uint32_t>(i % GATUN_STATE_BLOCK));
}

// A state as the header has it, one element at a time.
struct ModelState {
    int32_t kind;
    int index;
    std::vector<uint8_t> codes;
    std::vector<float> scales;
    std::vector<float> values;

    ModelState(int32_t its_kind, int its_index, int64_t size)
        : kind(its_kind), index(its_index), codes(static_cast<size_t>(size)),
        scales(static_cast<size_t>(blocks_of(size))),
          values(static_cast<size_t>(size))
    {
    }

    void decode(int64_t block)
    {
        const size_t from = static_cast<size_t>(block * GATUN_STATE_BLOCK);
        for (size_t i = from; i < std::min(codes.size(), from + GATUN_STATE_BLOCK); ++i) {
            values[i] = static_cast<float>(value_of(kind, codes[i])) * scales[i / GATUN_STATE_BLOCK];
        }
    }

    void encode(const Step &step, int64_t block)
    {
        const size_t from = static_cast<size_t>(block * GATUN_STATE_BLOCK);
        const size_t to = std::min(codes.size(), from + GATUN_STATE_BLOCK);
        float largest = 0.0f;
        for (size_t i = from; i < to; ++i) {
            largest = fmaxf(largest, fabsf(values[i]));
        }
        const float vanishing = kind == GATUN_STATE_SIGNED ? 1.25f * 0x1p-110f : 0.0f;
        const float scale = largest == 0.0f || largest < vanishing ? 0.0f : fmaxf(largest, 0x1p-94f);
        scales[static_cast<size_t>(block)] = scale;
        for (size_t i = from; i < to; ++i) {
            const uint32_t word = model_draws(step, static_cast<int64_t>(i));
            const uint32_t draw = index == 0 ? word & 0xFFFFu : word >> 16;
            codes[i] = code_of(values[i], scale, draw);
        }
    }

    uint8_t code_of(float value, float scale, uint32_t draw) const
    {
        if (scale == 0.0f) {
            return 0;
        }
        const double ratio = static_cast<double>(fabsf(value) * (1.0f / scale));
        const int largest = kind == GATUN_STATE_SIGNED ? 127 : 255;
        int code = 0;
        while (code < largest && value_of(kind, code + 1) <= ratio) {
            ++code;
        }
        // The octave goes on below code 1, for what is within a unit of it.
        const double below = code == 0 ? value_of(kind, 1) * 0.9 : value_of(kind, code);
        if (code < largest && ratio >= below) {
            const double part = (ratio - below) / (value_of(kind, code + 1) - below);
            code += part * 16.0 * 65536.0 + 16.0 * draw + 8.0 >= 16.0 * 65536.0 ? 1 : 0;
        }
        if (kind == GATUN_STATE_NON_NEGATIVE) {
            return static_cast<uint8_t>(value == 0.0f ? 0 : std::max(code, 1));
        }
        return static_cast<uint8_t>(code | (signbit(value) ? 0x80 : 0));
    }
};

struct AdamMemory {
    explicit AdamMemory(int64_t size, int64_t offset = 0)
        : w(size, offset), g(size, offset), first(size), second(size), first_scales(blocks_of(size), offset),
          second_scales(blocks_of(size), offset)
    {
        w.fill(1.0f, 1);
        first_scales.fill_constant(0.0f);
        second_scales.fill_constant(0.0f);
    }

    void fill_gradients(int64_t t)
    {
        g.fill(0.1f, static_cast<uint32_t>(t));
        for (int64_t i = 0; i < g.size(); ++i) {
            g[i] *= exp2f(static_cast<float>(-(i * 37 % 24)));  // of very different scales
        }
    }

    int32_t step(const Step &step, const std::vector<gatun_adam_group> &groups,
                 const std::vector<gatun_range> &ranges)
    {
        return adam_step_8bit(&step, groups.data(), static_cast<int64_t>(groups.size()), ranges.data(),
                                    static_cast<int64_t>(ranges.size()), w.size(), w.data(), g.data(), first.data(),
                                    first_scales.data(), second.data(), second_scales.data());
    }

    std::vector<float> copy()
    {
        std::vector<float> all = w.copy();
        for (Buffer *buffer : {&first_scales, &second_scales}) {
            const std::vector<float> one = buffer->copy();
            all.insert(all.end(), one.begin(), one.end());
        }
        for (Codes *codes : {&first, &second}) {
            for (const uint8_t code : codes->copy()) {
                all.push_back(code);
            }
        }
        return all;
    }

    Buffer w, g;
    Codes first, second;
    Buffer first_scales, second_scales;
};

static const gatun_adam_group adamw = {.1, .9, .999, 1e-8, .01, 0, 0, 1};

static Step step_at(int64_t t)
{
    Step step = {};
    step.step = t;
    step.gradient_scale = 1.0;
    step.seed = 0x123456789abcdef0u;
    return step;
}

TEST(adam_follows_the_rule_one_element_at_a_time)
{
    for (const int64_t size : block_sizes) {
        std::vector<gatun_adam_group> groups = {adamw, adamw};
        groups[1].learning_rate = .01;
        groups[1].decay = 0;
        // Two ranges within a block, a gap, and one that ends with the slab.
        const std::vector<gatun_range> ranges = {{0, size / 7, 0}, {size / 7, size / 3, 1}, {size / 2, size, 0}};
        ModelState first(GATUN_STATE_SIGNED, 0, size), second(GATUN_STATE_NON_NEGATIVE, 1, size);
        std::vector<float> weights;
        const int64_t steps = size > 5000 ? 2 : 4;
        AdamMemory inputs(size);
        weights = inputs.w.copy();
        for (int64_t t = 1; t <= steps; ++t) {
            inputs.fill_gradients(t);
            for (const gatun_range &range : ranges) {
                const auto c = gatun::AdamRule::constants<float>(step_at(t), groups[static_cast<size_t>(range.group)]);
                for (int64_t block = range.begin / 256; range.begin < range.end && block * 256 < range.end; ++block) {
                    first.decode(block);
                    second.decode(block);
                    for (int64_t i = std::max(block * 256, range.begin); i < std::min(block * 256 + 256, range.end);
                         ++i) {
                        const size_t at = static_cast<size_t>(i);
                        gatun::AdamRule::apply(c, weights[at], inputs.g[i], first.values[at], second.values[at]);
                    }
                    first.encode(step_at(t), block);
                    second.encode(step_at(t), block);
                }
            }
        }
        for_every_setting([&] {
            for (const int64_t offset : {int64_t{0}, int64_t{1}}) {
                AdamMemory memory(size, offset);
                for (int64_t t = 1; t <= steps; ++t) {
                    memory.fill_gradients(t);
                    CHECK_EQUAL(memory.step(step_at(t), groups, ranges), GATUN_SUCCESS);
                }
                CHECK(memory.w.copy() == weights);
                CHECK(memory.first.copy() == first.codes && memory.second.copy() == second.codes);
                CHECK(memory.first_scales.copy() == first.scales && memory.second_scales.copy() == second.scales);
            }
        });
    }
}

TEST(lion_follows_the_rule_one_element_at_a_time)
{
    const gatun_lion_group group = {.1, .9, .99, .01};
    const int64_t size = 1000;
    const gatun_range range = {3, 995, 0};
    ModelState state(GATUN_STATE_SIGNED, 0, size);
    Buffer g(size), w(size);
    w.fill(1.0f, 1);
    std::vector<float> weights = w.copy();
    for (int64_t t = 1; t <= 5; ++t) {
        g.fill(0.1f, static_cast<uint32_t>(t));
        const auto c = gatun::LionRule::constants<float>(step_at(t), group);
        for (int64_t block = 0; block < blocks_of(size); ++block) {
            state.decode(block);
        }
        for (int64_t i = range.begin; i < range.end; ++i) {
            gatun::LionRule::apply(c, weights[static_cast<size_t>(i)], g[i], state.values[static_cast<size_t>(i)]);
        }
        for (int64_t block = 0; block < blocks_of(size); ++block) {
            state.encode(step_at(t), block);
        }
    }
    for_every_setting([&] {
        Buffer now(size), scales(blocks_of(size));
        Codes codes(size);
        now.fill(1.0f, 1);
        scales.fill_constant(0.0f);
        for (int64_t t = 1; t <= 5; ++t) {
            g.fill(0.1f, static_cast<uint32_t>(t));
            const Step step = step_at(t);
            CHECK_EQUAL(lion_step_8bit(&step, &group, 1, &range, 1, size, now.data(), g.data(), codes.data(),
                                             scales.data()),
                        GATUN_SUCCESS);
        }
        CHECK(now.copy() == weights && codes.copy() == state.codes && scales.copy() == state.scales);
    });
}

TEST(every_setting_gives_the_same_bits_also_for_denormals)
{
    const int64_t size = 70001;
    for (const float scale : {1.0f, 1e-20f, 1e-36f, 1e-39f}) {
        check_same_bits([&] {
            AdamMemory memory(size, 1);
            for (int64_t i = 0; i < size; ++i) {
                memory.w[i] *= scale;
            }
            for (int64_t t = 1; t <= 3; ++t) {
                memory.fill_gradients(t);
                for (int64_t i = 0; i < size; ++i) {
                    memory.g[i] *= scale;
                }
                CHECK_EQUAL(memory.step(step_at(t), {adamw}, {{0, size, 0}}), GATUN_SUCCESS);
            }
            return memory.copy();
        });
    }
}

TEST(a_run_goes_on_bit_for_bit_from_decoded_states)
{
    const int64_t size = 1000;
    AdamMemory whole(size), resumed(size);
    const std::vector<gatun_range> ranges = {{5, 990, 0}};
    Buffer values(size);
    for (int64_t t = 1; t <= 20; ++t) {
        whole.fill_gradients(t);
        resumed.fill_gradients(t);
        CHECK_EQUAL(whole.step(step_at(t), {adamw}, ranges), GATUN_SUCCESS);
        CHECK_EQUAL(resumed.step(step_at(t), {adamw}, ranges), GATUN_SUCCESS);
        gatun_decode_states(size, 0, resumed.first.data(), resumed.first_scales.data(), values.data());
        gatun_encode_states(size, 0, values.data(), resumed.first.data(), resumed.first_scales.data());
        gatun_decode_states(size, 1, resumed.second.data(), resumed.second_scales.data(), values.data());
        gatun_encode_states(size, 1, values.data(), resumed.second.data(), resumed.second_scales.data());
        CHECK(whole.copy() == resumed.copy());
    }
}

TEST(a_second_moment_shrinks_as_in_f32_on_average)
{
    // One large element keeps the scale; the others' gradients are zero after the first step.
    const int64_t size = 256 * 64;
    AdamMemory memory(size);
    const int64_t steps = 1000;
    for (int64_t t = 1; t <= steps; ++t) {
        for (int64_t i = 0; i < size; ++i) {
            memory.g[i] = i % 256 == 0 ? 4.0f : t == 1 ? 1.0f : 0.0f;
        }
        CHECK_EQUAL(memory.step(step_at(t), {adamw}, {{0, size, 0}}), GATUN_SUCCESS);
    }
    Buffer values(size);
    gatun_decode_states(size, 1, memory.second.data(), memory.second_scales.data(), values.data());
    double sum = 0.0;
    for (int64_t i = 0; i < size; ++i) {
        sum += i % 256 == 0 ? 0.0 : static_cast<double>(values[i]);
    }
    const double expected = 0.001 * pow(0.999, steps - 1);
    CHECK_NEAR(sum / (255.0 * 64.0) / expected, 1.0, 0.02);
}

TEST(training_ends_where_it_does_with_f32_states)
{
    // A quadratic bowl whose curvatures differ by factors of 2^12 within each block, and noise.
    const int64_t size = 2048;
    AdamMemory coded(size);
    Buffer w(size), g(size), first(size), second(size);
    w.fill(1.0f, 1);
    first.fill_constant(0.0f);
    second.fill_constant(0.0f);
    gatun_adam_group group = {0, .9, .999, 1e-8};
    const gatun_range range = {0, size, 0};
    const auto curvature = [](int64_t i) { return exp2f(static_cast<float>(i % 13 - 6)); };
    for (int64_t t = 1; t <= 1000; ++t) {
        group.learning_rate = 5e-3 * 0.5 * (1.0 + cos(M_PI * static_cast<double>(t) / 1000.0));
        Buffer noise(size);
        noise.fill(0.3f, static_cast<uint32_t>(1000 + t));
        for (int64_t i = 0; i < size; ++i) {
            g[i] = curvature(i) * (w[i] + noise[i]);
            coded.g[i] = curvature(i) * (coded.w[i] + noise[i]);
        }
        const Step step = step_at(t);
        CHECK_EQUAL(adam_step(&step, &group, 1, &range, 1, size, w.data(), g.data(), first.data(),
                                    second.data()),
                    GATUN_SUCCESS);
        CHECK_EQUAL(coded.step(step, {group}, {range}), GATUN_SUCCESS);
    }
    double loss = 0.0, coded_loss = 0.0, start = 0.0;
    Buffer begin(size);
    begin.fill(1.0f, 1);
    for (int64_t i = 0; i < size; ++i) {
        const double c = static_cast<double>(curvature(i));
        loss += c * static_cast<double>(w[i]) * static_cast<double>(w[i]);
        coded_loss += c * static_cast<double>(coded.w[i]) * static_cast<double>(coded.w[i]);
        start += c * static_cast<double>(begin[i]) * static_cast<double>(begin[i]);
    }
    printf("loss %.4g, with f32 states %.4g, with 8-bit states %.4g\n", start, loss, coded_loss);
    CHECK(loss < 0.01 * start);
    CHECK_NEAR(coded_loss / loss, 1.0, 0.15);
}

TEST(padding_stays_zero_and_the_rest_stays_finite)
{
    const int64_t size = 700;
    for (const bool lion : {false, true}) {
        AdamMemory memory(size);
        const gatun_lion_group group = {.01, .9, .99, .01};
        const gatun_range range = {0, size, 0};
        for (int64_t t = 1; t <= 1000; ++t) {
            memory.g.fill(0.1f, static_cast<uint32_t>(t));
            for (int64_t i = 0; i < size; ++i) {
                memory.g[i] = i % 7 == 3 ? 0.0f : memory.g[i];
                memory.w[i] = i % 7 == 3 && t == 1 ? 0.0f : memory.w[i];
            }
            const Step step = step_at(t);
            CHECK_EQUAL(lion ? lion_step_8bit(&step, &group, 1, &range, 1, size, memory.w.data(),
                                                    memory.g.data(), memory.first.data(), memory.first_scales.data())
                             : memory.step(step, {adamw}, {range}),
                        GATUN_SUCCESS);
        }
        for (int64_t i = 0; i < size; ++i) {
            CHECK(i % 7 == 3 ? memory.w[i] == 0.0f && memory.first.data()[i] == 0 : isfinite(memory.w[i]));
        }
    }
}

TEST(weights_may_be_bf16_alone)
{
    const int64_t size = 600;
    for_every_setting([&] {
        AdamMemory memory(size), coded(size);
        std::vector<uint16_t> shadow(static_cast<size_t>(size)), expected = shadow;
        for (int64_t i = 0; i < size; ++i) {
            shadow[static_cast<size_t>(i)] = gatun::to_bfloat16(memory.w[i]);
            memory.w[i] = gatun::from_bfloat16(shadow[static_cast<size_t>(i)]);
        }
        memory.fill_gradients(1);
        coded.fill_gradients(1);
        const gatun_range range = {1, size, 0};
        Step step = step_at(1);
        step.bf16_weights = expected.data();
        expected[0] = shadow[0];
        CHECK_EQUAL(memory.step(step, {adamw}, {range}), GATUN_SUCCESS);
        step.bf16_weights = shadow.data();
        CHECK_EQUAL(adam_step_8bit(&step, &adamw, 1, &range, 1, size, nullptr, coded.g.data(),
                                         coded.first.data(), coded.first_scales.data(), coded.second.data(),
                                         coded.second_scales.data()),
                    GATUN_SUCCESS);
        CHECK(shadow == expected && coded.first.copy() == memory.first.copy());
    });
}

TEST(skipped_and_refused_steps_write_nothing)
{
    const int64_t size = 300;
    AdamMemory memory(size);
    memory.fill_gradients(1);
    const std::vector<gatun_range> all = {{0, size, 0}};
    CHECK_EQUAL(memory.step(step_at(1), {adamw}, all), GATUN_SUCCESS);
    const std::vector<float> before = memory.copy();
    Step skipped = step_at(2);
    skipped.skip = 1;
    CHECK_EQUAL(memory.step(skipped, {adamw}, all), GATUN_SUCCESS);
    CHECK_EQUAL(memory.step(step_at(0), {adamw}, all), GATUN_INVALID_VALUE);
    CHECK_EQUAL(memory.step(step_at(2), {adamw}, {{0, size + 1, 0}}), GATUN_INVALID_SIZE);
    CHECK_EQUAL(memory.step(step_at(2), {adamw}, {{0, size, 1}}), GATUN_INVALID_VALUE);
    const Step step = step_at(2);
    const auto adam = [&](uint8_t *first, float *first_scales, uint8_t *second, float *second_scales) {
        return adam_step_8bit(&step, &adamw, 1, all.data(), 1, size, memory.w.data(), memory.g.data(), first,
                                    first_scales, second, second_scales);
    };
    uint8_t *const codes = memory.first.data();
    float *const scales = memory.first_scales.data();
    CHECK_EQUAL(adam(nullptr, scales, codes, scales), GATUN_NULL_POINTER);
    CHECK_EQUAL(adam(codes, nullptr, codes, scales), GATUN_NULL_POINTER);
    CHECK_EQUAL(adam(codes, scales, nullptr, scales), GATUN_NULL_POINTER);
    CHECK_EQUAL(adam(codes, scales, codes, nullptr), GATUN_NULL_POINTER);
    const gatun_lion_group lion = {.1, .9, .99};
    CHECK_EQUAL(lion_step_8bit(&step, &lion, 1, all.data(), 1, size, memory.w.data(), memory.g.data(), nullptr,
                                     scales),
                GATUN_NULL_POINTER);
    CHECK_EQUAL(lion_step_8bit(&step, &lion, 1, all.data(), 1, size, memory.w.data(), memory.g.data(), codes,
                                     nullptr),
                GATUN_NULL_POINTER);
    float *const w = memory.w.data();
    for (const int32_t kind : {-1, 2}) {
        CHECK_EQUAL(gatun_encode_states(size, kind, w, codes, scales), GATUN_INVALID_VALUE);
        CHECK_EQUAL(gatun_decode_states(size, kind, codes, scales, w), GATUN_INVALID_VALUE);
    }
    CHECK_EQUAL(gatun_encode_states(-1, 0, w, codes, scales), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_encode_states(size, 0, nullptr, codes, scales), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_encode_states(size, 0, w, nullptr, scales), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_decode_states(size, 0, codes, nullptr, w), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_decode_states(size, 0, codes, scales, nullptr), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_decode_states(0, 0, nullptr, nullptr, nullptr), GATUN_SUCCESS);
    CHECK(memory.copy() == before);
}
