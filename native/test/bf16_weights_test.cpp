// Weights that live in bf16 alone, and how they are rounded.
#include "buffers.h"
#include "check.h"
#include "common/outputs.h"
#include "common/philox.h"
#include "optimizers.h"

static Step step_at(int64_t t, bool stochastic)
{
    Step step = {};
    step.step = t;
    step.gradient_scale = 1.0;
    step.bf16_rounding = stochastic ? 1 : 0;
    step.seed = 0xfedcba9876543210u;
    return step;
}

// The header's definition, one element at a time.
static uint16_t rounded(const Step &step, int64_t i, float w)
{
    uint32_t bits;
    memcpy(&bits, &w, sizeof bits);
    if (isnan(w)) {
        return static_cast<uint16_t>(bits >> 16 | 0x40);
    }
    const uint32_t cut = bits & 0xFFFFu, kept = bits >> 16;
    bool up = cut > 0x8000u || (cut == 0x8000u && kept % 2 == 1);
    if (step.bf16_rounding == 1) {
        const uint64_t counter = static_cast<uint64_t>(i / 8);
        uint64_t c[4] = {counter & 0xFFFFFFFFu, counter >> 32, static_cast<uint64_t>(step.step) & 0xFFFFFFFFu,
                         GATUN_ROUNDING_STREAM};
        gatun::philox(c[0], c[1], c[2], c[3], static_cast<uint32_t>(step.seed),
                      static_cast<uint32_t>(step.seed >> 32));
        const uint32_t word = static_cast<uint32_t>(c[i % 8 / 2]);
        up = (i % 2 == 0 ? word & 0xFFFFu : word >> 16) + cut >= 0x10000u;
    }
    return static_cast<uint16_t>(kept + (up ? 1 : 0));
}

// Buffers for bf16: between guards, and at any multiple of two bytes.
class Halves {
  public:
    Halves(int64_t size, int64_t offset) : buffer_(size / 2 + 2 + offset), offset_(offset), size_(size)
    {
    }

    uint16_t *data()
    {
        return reinterpret_cast<uint16_t *>(buffer_.data()) + offset_;
    }

    std::vector<uint16_t> copy()
    {
        return {data(), data() + size_};
    }

  private:
    Buffer buffer_;
    int64_t offset_;
    int64_t size_;
};

// Both ways, for every optimizer: f32 weights that are rounded after each step must give the same.
TEST(every_optimizer_updates_bf16_weights_as_it_does_f32_ones)
{
    for (const Subject &subject : subjects()) {
        for (const int64_t size : {int64_t{0}, int64_t{1}, int64_t{17}, int64_t{1030}, int64_t{70001}}) {
            if (size > 5000 && strcmp(subject.name, "adamw") != 0 && strcmp(subject.name, "lamb") != 0) {
                continue;  // the splits between threads are the same
            }
            for (const bool stochastic : {false, true}) {
                for (const int64_t offset : {int64_t{0}, int64_t{1}}) {
                    const gatun_range ranges[] = {{0, size / 3, 0}, {size / 3 + size / 9, size, 0}};
                    Buffer w(size), g(size), a(size), b(size), c(size);
                    Halves expected(size, 0);
                    std::vector<float> states;
                    for (Buffer *state : {&a, &b, &c}) {
                        state->fill_constant(0.0f);
                    }
                    w.fill(1.0f, 1);
                    for (int64_t i = 0; i < size; ++i) {
                        expected.data()[i] = rounded(step_at(1, false), i, w[i]);
                        w[i] = gatun::from_bfloat16(expected.data()[i]);
                    }
                    const std::vector<uint16_t> before = expected.copy();
                    for (int64_t t = 1; t <= 3; ++t) {
                        g.fill(0.1f, static_cast<uint32_t>(t));
                        const Step step = step_at(t, stochastic);
                        CHECK_EQUAL(subject.step(&step, ranges, 2, size,
                                                 {w.data(), g.data(), {a.data(), b.data(), c.data()}}),
                                    GATUN_SUCCESS);
                        for (const gatun_range &range : ranges) {
                            for (int64_t i = range.begin; i < range.end; ++i) {
                                expected.data()[i] = rounded(step, i, w[i]);
                                w[i] = gatun::from_bfloat16(expected.data()[i]);
                            }
                        }
                    }
                    states = a.copy();
                    for_every_setting([&] {
                        Halves shadow(size, offset);
                        Buffer ema(size);
                        if (size > 0) {
                            memcpy(shadow.data(), before.data(), before.size() * sizeof(uint16_t));
                        }
                        for (Buffer *state : {&a, &b, &c}) {
                            state->fill_constant(0.0f);
                        }
                        for (int64_t t = 1; t <= 3; ++t) {
                            g.fill(0.1f, static_cast<uint32_t>(t));
                            Step step = step_at(t, stochastic);
                            step.bf16_weights = shadow.data();
                            step.average = ema.data();
                            step.average_first = t == 1;
                            CHECK_EQUAL(subject.step(&step, ranges, 2, size,
                                                     {nullptr, g.data(), {a.data(), b.data(), c.data()}}),
                                        GATUN_SUCCESS);
                        }
                        CHECK(shadow.copy() == expected.copy());
                        CHECK(a.copy() == states);
                    });
                }
            }
        }
    }
}

static const gatun_adam_group adamw = {1e-4, .9, .999, 1e-8, 0, 0, 0, 1};

TEST(small_steps_are_lost_to_nearest_and_kept_by_masters_and_by_stochastic_rounding)
{
    const int64_t size = 4096;
    const gatun_range range = {0, size, 0};
    for (const bool stochastic : {false, true}) {
        Buffer master(size), g(size), a(size), b(size), first(size), second(size);
        std::vector<uint16_t> shadow(static_cast<size_t>(size), 0x3F80), copy = shadow;
        master.fill_constant(1.0f);
        g.fill_constant(1.0f);
        for (Buffer *state : {&a, &b, &first, &second}) {
            state->fill_constant(0.0f);
        }
        for (int64_t t = 1; t <= 20; ++t) {
            Step step = step_at(t, stochastic);
            step.bf16_weights = shadow.data();
            CHECK_EQUAL(adam_step(&step, &adamw, 1, &range, 1, size, nullptr, g.data(), a.data(), b.data()),
                        GATUN_SUCCESS);
            step.bf16_weights = copy.data();
            CHECK_EQUAL(adam_step(&step, &adamw, 1, &range, 1, size, master.data(), g.data(), first.data(),
                                        second.data()),
                        GATUN_SUCCESS);
        }
        double mean = 0.0;
        int64_t moved = 0;
        for (const uint16_t w : shadow) {
            mean += static_cast<double>(gatun::from_bfloat16(w)) / static_cast<double>(size);
            moved += w != 0x3F80 ? 1 : 0;
        }
        CHECK_NEAR(master[0], 1.0 - 20e-4, 1e-6);
        if (stochastic) {
            // A weight of 1 moves down by 2^-8 with a probability of 1e-4 * 2^8 each step.
            CHECK_NEAR(mean, 1.0 - 20e-4, 5.0 * sqrt(20e-4 / 256.0 / static_cast<double>(size)));
        } else {
            CHECK(mean == 1.0 && moved == 0);
        }
    }
}

TEST(what_bf16_holds_stays_and_what_is_not_finite_does)
{
    const gatun_sgd_group sgd = {0.5};
    const float special[] = {1.0f, -3.5f, 0.0f, -0.0f, 0x1p-133f, INFINITY, -INFINITY, NAN, 0x1.FEp127f};
    const int64_t size = 9 * 400;
    const gatun_range range = {0, size, 0};
    for_every_setting([&] {
        std::vector<uint16_t> shadow;
        Buffer g(size);
        g.fill_constant(0.0f);
        for (int64_t i = 0; i < size; ++i) {
            shadow.push_back(rounded(step_at(1, false), 0, special[i % 9]));
        }
        const std::vector<uint16_t> before = shadow;
        for (int64_t t = 1; t <= 50; ++t) {
            Step step = step_at(t, true);
            step.bf16_weights = shadow.data();
            CHECK_EQUAL(sgd_step(&step, &sgd, 1, &range, 1, size, nullptr, g.data(), nullptr), GATUN_SUCCESS);
        }
        int64_t wrong = 0;
        for (size_t i = 0; i < before.size(); ++i) {
            const bool zero = before[i] == 0x8000 && shadow[i] == 0;  // -0 - 0
            wrong += shadow[i] == before[i] || zero || i % 9 == 7 ? 0 : 1;
            wrong += i % 9 != 7 || isnan(gatun::from_bfloat16(shadow[i])) ? 0 : 1;
        }
        CHECK_EQUAL(wrong, 0);
    });
}

TEST(another_seed_step_or_element_draws_anew)
{
    const int64_t size = 10000;
    const gatun_range range = {0, size, 0};
    const gatun_sgd_group sgd = {0x1p-8};  // to the middle between two bf16
    Buffer g(size);
    g.fill_constant(-1.0f);
    const auto ups = [&](int64_t t, uint64_t seed) {
        std::vector<uint16_t> shadow(static_cast<size_t>(size), 0x3F80);
        Step step = step_at(t, true);
        step.seed = seed;
        step.bf16_weights = shadow.data();
        CHECK_EQUAL(sgd_step(&step, &sgd, 1, &range, 1, size, nullptr, g.data(), nullptr), GATUN_SUCCESS);
        return shadow;
    };
    const std::vector<uint16_t> first = ups(1, 1);
    for (const auto &other : {ups(2, 1), ups(1, 2), ups(1, uint64_t{1} << 32 | 1)}) {
        int64_t same = 0, up = 0, like_neighbour = 0;
        for (size_t i = 0; i < other.size(); ++i) {
            same += other[i] == first[i] ? 1 : 0;
            up += other[i] == 0x3F80 ? 0 : 1;
            like_neighbour += i > 0 && other[i] == other[i - 1] ? 1 : 0;
        }
        CHECK_NEAR(static_cast<double>(same) / size, 0.5, 0.03);
        CHECK_NEAR(static_cast<double>(like_neighbour) / size, 0.5, 0.03);
        CHECK_NEAR(static_cast<double>(up) / size, 0.5, 0.03);
    }
    CHECK(ups(1, 1) == first);
}

TEST(bad_arguments_are_refused)
{
    float g = 1.0f;
    uint16_t shadow = 0x3F80;
    const gatun_sgd_group sgd = {0.5};
    const gatun_range range = {0, 1, 0};
    Step step = step_at(1, true);
    CHECK_EQUAL(sgd_step(&step, &sgd, 1, &range, 1, 1, nullptr, &g, nullptr), GATUN_NULL_POINTER);
    step.bf16_weights = &shadow;
    CHECK_EQUAL(sgd_step(&step, &sgd, 1, &range, 1, 1, nullptr, nullptr, nullptr), GATUN_NULL_POINTER);
    for (const int64_t bad : {int64_t{-1}, int64_t{2}}) {
        step.bf16_rounding = bad;
        CHECK_EQUAL(sgd_step(&step, &sgd, 1, &range, 1, 1, nullptr, &g, nullptr), GATUN_INVALID_VALUE);
    }
    step.bf16_rounding = 1;
    step.skip = 1;
    CHECK_EQUAL(sgd_step(&step, &sgd, 1, &range, 1, 1, nullptr, &g, nullptr), GATUN_SUCCESS);
    CHECK_EQUAL(shadow, 0x3F80);
}
