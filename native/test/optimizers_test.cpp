// What holds for every optimizer.
#include "buffers.h"
#include "check.h"
#include "optimizers.h"

static Step step_at(int64_t t, double scale = 1.0)
{
    Step step = {};
    step.step = t;
    step.gradient_scale = scale;
    return step;
}

struct Known {
    const char *name;
    double after[3][2];  // 0 where there is no figure
};

// What torch 2.13.0 and timm give in float64 for w = (1, -2) under these gradients, one pair per step.
static const double gradients[3][2] = {{0.5, -0.25}, {-0.3, 0.1}, {0.2, 0.4}};

static const Known known[] = {
    {"sgd", {{0.949, -1.973}, {0.9263408, -1.9551216}, {0.88920644736, -1.96946694272}}},
    {"sgd_nesterov", {{0.9031, -1.9487}, {0.91707411, -1.94212747}, {0.863721158191, -2.00127598081}}},
    {"adagrad", {{0.915011803111, -1.93506688053}, {0.956550142163, -1.95320093974}, {0.929295195989, -2.01395084281}}},
    {"rmsprop", {{0.90000002, -1.90000004}, {0.951639789061, -1.93730021842}, {0.918941761185, -2.02049710624}}},
    {"rmsprop_both",
     {{0.89949623828, -1.89949625589}, {0.858823643263, -1.83797587445}, {0.788403217591, -1.86338556855}}},
    {"adam", {{0.900000001961, -1.9000000037}, {0.87870124387, -1.85721514669}, {0.841771629833, -1.88896242849}}},
    {"adam_short", {{0, 0}, {0, 0}, {0.831403378988, -1.87779882358}}},
    {"amsgrad", {{0.900000001961, -1.9000000037}, {0.878766035658, -1.86132385162}, {0.844309853048, -1.88946829165}}},
    {"adamw", {{0.899000002, -1.898000004}, {0.87895119894, -1.86154142102}, {0.84332947959, -1.89778001961}}},
    {"adamax", {{0.900000001961, -1.9000000037}, {0.882645186183, -1.86838944694}, {0.856543776789, -1.89118059278}}},
    {"nadam", {{0.894354824236, -1.89435482608}, {0.94069284548, -1.91837459574}, {0.900782041842, -2.00661333626}}},
    {"adadelta",
     {{0.996837783128, -1.99683793921}, {0.999137072178, -1.99817152175}, {0.997336953388, -2.00195837414}}},
    {"lion", {{0.899, -1.898}, {0.998101, -1.996102}, {0.897102899, -2.094105898}}},
    {"lamb", {{0.842666757843, -1.84110931144}, {0.745194729426, -1.66363561961}, {0.618006490238, -1.79422328522}}},
    {"lars", {{0.80384615722, -1.89615384794}, {0.805827882584, -1.85224336198}, {0.717698328083, -1.97758077898}}},
};

static const int64_t golden_elements = 16;
static const Ranges golden_ranges = {{0, 10, 0}, {10, 16, 0}};

// The figures have 12 digits; torch keeps NAdam's product of mu in f32.
static double error_of(const char *name, double in_double)
{
    return strncmp(name, "nadam", 5) == 0 ? 3.5 * in_double : in_double;
}

static Subject find(const char *name)
{
    for (const Subject &subject : subjects()) {
        if (strcmp(subject.name, name) == 0) {
            return subject;
        }
    }
    CHECK(!"no such optimizer");
    return subjects().front();
}

TEST(rules_in_double_give_the_golden_figures)
{
    for (const Known &figures : known) {
        const Subject subject = find(figures.name);
        double w[2] = {1.0, -2.0}, a[2] = {}, b[2] = {}, c[2] = {};
        for (int64_t t = 1; t <= 3; ++t) {
            subject.in_double(step_at(t), {{0, 2, 0}}, {w, gradients[t - 1], {a, b, c}});
            for (int i = 0; i < 2 && figures.after[t - 1][0] != 0.0; ++i) {
                CHECK_NEAR(w[i], figures.after[t - 1][i], error_of(subject.name, 1e-11));
            }
        }
    }
}

TEST(radam_rectifies_from_the_sixth_step_on)
{
    const Subject subject = find("radam");
    double w[2] = {1.0, -2.0}, a[2] = {}, b[2] = {};
    for (int64_t t = 1; t <= 8; ++t) {
        subject.in_double(step_at(t), {{0, 2, 0}}, {w, gradients[(t - 1) % 3], {a, b, nullptr}});
        if (t == 5) {
            CHECK_NEAR(w[0], 0.891323955288, 1e-11);
            CHECK_NEAR(w[1], -1.97200314655, 1e-11);
        } else if (t == 6) {
            CHECK_NEAR(w[0], 0.890369440262, 1e-11);
            CHECK_NEAR(w[1], -1.9728190768, 1e-11);
        } else if (t == 8) {
            CHECK_NEAR(w[0], 0.887403543099, 1e-11);
            CHECK_NEAR(w[1], -1.97347410317, 1e-11);
        }
    }
}

TEST(steps_in_f32_give_the_golden_figures)
{
    for (const Known &figures : known) {
        const Subject subject = find(figures.name);
        for_every_setting([&] {
            float w[2] = {1.0f, -2.0f}, g[2] = {}, a[2] = {}, b[2] = {}, c[2] = {};
            const gatun_range range = {0, 2, 0};
            for (int64_t t = 1; t <= 3; ++t) {
                g[0] = static_cast<float>(gradients[t - 1][0]);
                g[1] = static_cast<float>(gradients[t - 1][1]);
                const Step step = step_at(t);
                CHECK_EQUAL(subject.step(&step, &range, 1, 2, {w, g, {a, b, c}}), GATUN_SUCCESS);
                for (int i = 0; i < 2 && figures.after[t - 1][0] != 0.0; ++i) {
                    CHECK_ULPS(w[i], figures.after[t - 1][i], 4);
                }
            }
        });
    }
}

// clip_coefficient as a bound on the norm gives it; 0 without one.
static double clip_of(double bound, double norm)
{
    return bound > 0.0 && norm > bound ? bound / norm : 0.0;
}

TEST(two_hundred_steps_follow_the_oracle)
{
    for (const Subject &subject : subjects()) {
        double w[golden_elements], g[golden_elements], states[3][golden_elements] = {};
        Buffer w32(golden_elements), g32(golden_elements), a32(golden_elements), b32(golden_elements),
            c32(golden_elements);
        for (int64_t i = 0; i < golden_elements; ++i) {
            w[i] = noise(i, 0);
            w32[i] = static_cast<float>(w[i]);
        }
        for (Buffer *state : {&a32, &b32, &c32}) {
            state->fill_constant(0.0f);
        }
        for (int64_t t = 1; t <= 200; ++t) {
            double squares = 0.0;
            for (int64_t i = 0; i < golden_elements; ++i) {
                g[i] = (noise(i, t) + 0.25 * noise(i, 100000)) / 2;
                g32[i] = static_cast<float>(g[i]);
                squares += g[i] * g[i];
            }
            Step step = step_at(t);
            step.clip_coefficient = clip_of(subject.norm_bound(), sqrt(squares));
            subject.in_double(step, golden_ranges, {w, g, {states[0], states[1], states[2]}});
            double norm = 0.0;
            int64_t bad = 0;
            CHECK_EQUAL(gatun_gradient_norm(golden_ranges.data(), 2, golden_elements, g32.data(), 1.0, &norm, &bad),
                        GATUN_SUCCESS);
            step.clip_coefficient = clip_of(subject.norm_bound(), norm);
            CHECK_EQUAL(subject.step(&step, golden_ranges.data(), 2, golden_elements,
                                     {w32.data(), g32.data(), {a32.data(), b32.data(), c32.data()}}),
                        GATUN_SUCCESS);
        }
        double worst = 0.0, worst_single = 0.0, largest = 0.0;
        for (int64_t i = 0; i < golden_elements; ++i) {
            worst = fmax(worst, fabs(w[i] - subject.after[static_cast<size_t>(i)]));
            worst_single = fmax(worst_single,
                fabs(static_cast<double>(w32[i]) - subject.after[static_cast<size_t>(i)]));
            largest = fmax(largest, fabs(subject.after[static_cast<size_t>(i)]));
        }
        printf("%-20s double %.1e   f32 %.1e = %.1f ulp of the largest weight\n", subject.name, worst, worst_single,
               worst_single / largest / 0x1p-23);
        CHECK_NEAR(worst, 0.0, strncmp(subject.name, "nadam", 5) == 0 ? 1e-8 : 1e-12);
        CHECK_NEAR(worst_single / largest / 0x1p-23, 0.0, 32.0);
    }
}

// Slabs of one optimizer, with canaries.
struct Memory {
    Memory(int64_t size, int64_t offset)
        : w(size, offset), g(size, offset), a(size, offset), b(size, offset), c(size, offset)
    {
        w.fill(1.0f, 1);
        g.fill(0.1f, 2);
        for (Buffer *state : {&a, &b, &c}) {
            state->fill_constant(0.0f);
        }
    }

    Slabs<float> slabs()
    {
        return {w.data(), g.data(), {a.data(), b.data(), c.data()}};
    }

    std::vector<float> copy()
    {
        std::vector<float> all;
        for (Buffer *buffer : {&w, &g, &a, &b, &c}) {
            const std::vector<float> one = buffer->copy();
            all.insert(all.end(), one.begin(), one.end());
        }
        return all;
    }

    Buffer w, g, a, b, c;
};

static uint32_t bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

TEST(every_setting_gives_the_same_bits_with_and_without_outputs)
{
    for (const Subject &subject : subjects()) {
        for (const int64_t size : sizes) {
            for (const int64_t offset : offsets) {
                if (size > 5000 && offset != 7) {
                    continue;  // the splits between threads are the same
                }
                const gatun_range ranges[] = {{0, size / 3, 0}, {size / 3, size, 0}};
                std::vector<float> plain;
                check_same_bits([&] {
                    Memory memory(size, offset);
                    for (int64_t t = 1; t <= 2; ++t) {
                        const Step step = step_at(t, 0.5);
                        CHECK_EQUAL(subject.step(&step, ranges, 2, size, memory.slabs()), GATUN_SUCCESS);
                    }
                    plain = memory.copy();
                    return plain;
                });
                check_same_bits([&] {
                    Memory memory(size, offset);
                    Buffer ema(size, offset), shadow((size + 1) / 2, offset);
                    ema.fill_constant(NAN);  // the first step must not read it
                    uint16_t *const halves = reinterpret_cast<uint16_t *>(shadow.data());
                    std::vector<float> expected(static_cast<size_t>(size));
                    for (int64_t t = 1; t <= 2; ++t) {
                        Step step = step_at(t, 0.5);
                        step.average = ema.data();
                        step.average_decay = 0.9;
                        step.average_first = t == 1;
                        step.bf16_weights = halves;
                        CHECK_EQUAL(subject.step(&step, ranges, 2, size, memory.slabs()), GATUN_SUCCESS);
                        for (int64_t i = 0; i < size; ++i) {
                            float &e = expected[static_cast<size_t>(i)];
                            e = t == 1 ? memory.w[i] : e + static_cast<float>(1.0 - 0.9) * (memory.w[i] - e);
                        }
                    }
                    CHECK(memory.copy() == plain);
                    CHECK(ema.copy() == expected);
                    int64_t wrong = 0;
                    for (int64_t i = 0; i < size; ++i) {
                        wrong += halves[i] == (bits_of(memory.w[i]) + 0x7FFF + (bits_of(memory.w[i]) >> 16 & 1)) >> 16
                                     ? 0
                                     : 1;
                    }
                    CHECK_EQUAL(wrong, 0);
                    if (size % 2 == 1) {
                        halves[size] = 0;
                    }
                    return ema.copy();
                });
            }
        }
    }
}

TEST(one_thread_and_three_give_the_same_norms_of_a_long_tensor)
{
    const int64_t size = 3000017;  // more than the smallest chunk times the most chunks
    const gatun_range range = {5, size - 3, 0};
    for (const char *name : {"lamb", "lars"}) {
        const Subject subject = find(name);
        check_same_bits([&] {
            Memory memory(size, 1);
            const Step step = step_at(1);
            CHECK_EQUAL(subject.step(&step, &range, 1, size, memory.slabs()), GATUN_SUCCESS);
            return memory.w.copy();
        });
    }
}

TEST(padding_stays_zero)
{
    const int64_t size = 70;
    for (const Subject &subject : subjects()) {
        Memory memory(size, 0);
        const gatun_range range = {0, size, 0};
        for (int64_t t = 1; t <= 1000; ++t) {
            for (int64_t i = 0; i < size; ++i) {
                memory.g[i] = i % 7 == 3 ? 0.0f : static_cast<float>(noise(i, t));
                memory.w[i] = i % 7 == 3 && t == 1 ? 0.0f : memory.w[i];
            }
            const Step step = step_at(t);
            CHECK_EQUAL(subject.step(&step, &range, 1, size, memory.slabs()), GATUN_SUCCESS);
        }
        int64_t wrong = 0;
        for (int64_t i = 0; i < size; ++i) {
            wrong += i % 7 == 3 ? memory.w[i] != 0.0f : !isfinite(memory.w[i]) || memory.w[i] == 0.0f;
        }
        if (wrong != 0) {
            fprintf(stderr, "%s\n", subject.name);
        }
        CHECK_EQUAL(wrong, 0);
    }
}

TEST(non_finite_gradients_reach_only_their_own_element)
{
    const int64_t size = 40;
    const gatun_range range = {0, size, 0};
    for (const Subject &subject : subjects()) {
        if (strncmp(subject.name, "la", 2) == 0) {
            continue;  // one tensor has one norm
        }
        for_every_setting([&] {
            Memory clean(size, 0), dirty(size, 0);
            dirty.g[3] = NAN;
            dirty.g[17] = INFINITY;
            for (int64_t t = 1; t <= 2; ++t) {
                const Step step = step_at(t);
                CHECK_EQUAL(subject.step(&step, &range, 1, size, clean.slabs()), GATUN_SUCCESS);
                CHECK_EQUAL(subject.step(&step, &range, 1, size, dirty.slabs()), GATUN_SUCCESS);
            }
            for (int64_t i = 0; i < size; ++i) {
                CHECK(i == 3 || i == 17 || (clean.w[i] == dirty.w[i] && clean.a[i] == dirty.a[i]));
            }
        });
    }
}

TEST(a_skipped_step_writes_nothing)
{
    const int64_t size = 100;
    const gatun_range range = {0, size, 0};
    for (const Subject &subject : subjects()) {
        Memory memory(size, 0);
        Buffer ema(size), shadow(size / 2);
        ema.fill(1.0f, 5);
        shadow.fill(1.0f, 6);
        const std::vector<float> before = memory.copy(), ema_before = ema.copy(), shadow_before = shadow.copy();
        Step step = step_at(1);
        step.average = ema.data();
        step.bf16_weights = reinterpret_cast<uint16_t *>(shadow.data());
        step.skip = 1;
        CHECK_EQUAL(subject.step(&step, &range, 1, size, memory.slabs()), GATUN_SUCCESS);
        CHECK(memory.copy() == before && ema.copy() == ema_before && shadow.copy() == shadow_before);
        step.step = 0;  // checked all the same
        CHECK_EQUAL(subject.step(&step, &range, 1, size, memory.slabs()), GATUN_INVALID_VALUE);
    }
}

TEST(clipping_changes_the_gradient_and_nothing_else)
{
    const int64_t size = 50;
    const gatun_range range = {0, size, 0};
    for (const Subject &subject : subjects()) {
        Memory by_hand(size, 0), fused(size, 0);
        for (int64_t i = 0; i < size; ++i) {
            fused.g[i] = 8.0f * static_cast<float>(noise(i, 1));
            const float scaled = 0.125f * fused.g[i];
            by_hand.g[i] = scaled > 0.5f ? 0.5f : scaled < -0.5f ? -0.5f : scaled;
        }
        const Step plain = step_at(1);
        Step step = step_at(1, 0.5);
        step.clip_coefficient = 0.25;
        step.clip_value = 0.5;
        CHECK_EQUAL(subject.step(&plain, &range, 1, size, by_hand.slabs()), GATUN_SUCCESS);
        CHECK_EQUAL(subject.step(&step, &range, 1, size, fused.slabs()), GATUN_SUCCESS);
        CHECK(by_hand.w.copy() == fused.w.copy() && by_hand.a.copy() == fused.a.copy());
    }
}

TEST(range_coefficients_multiply_the_gradients_of_their_range)
{
    const int64_t size = 70;
    const gatun_range ranges[] = {{40, size, 0}, {0, 20, 0}, {20, 30, 0}};
    const double coefficients[] = {2.0, 0.0, 0.25};  // not in the order of the slab
    for (const Subject &subject : subjects()) {
        for_every_setting([&] {
            Memory by_hand(size, 0), fused(size, 0);
            for (int64_t i = 0; i < size; ++i) {
                fused.g[i] = 4.0f * static_cast<float>(noise(i, 1));
                const float factor = i < 20 ? 0.0f : i < 30 ? 0.125f : 1.0f;
                by_hand.g[i] = fminf(fmaxf(factor * fused.g[i], -0.75f), 0.75f);
            }
            const Step plain = step_at(1);
            Step step = step_at(1, 0.5);
            step.clip_value = 0.75;
            step.range_coefficients = coefficients;
            CHECK_EQUAL(subject.step(&plain, ranges, 3, size, by_hand.slabs()), GATUN_SUCCESS);
            CHECK_EQUAL(subject.step(&step, ranges, 3, size, fused.slabs()), GATUN_SUCCESS);
            CHECK(by_hand.w.copy() == fused.w.copy() && by_hand.a.copy() == fused.a.copy());
        });
    }
}

// Groups past those whose constants a call keeps have coefficients of their range too.
TEST(range_coefficients_serve_any_number_of_groups)
{
    const int64_t size = 50;
    std::vector<gatun_sgd_group> groups;
    std::vector<gatun_range> ranges;
    std::vector<double> coefficients;
    for (int64_t i = 0; i < size; ++i) {
        groups.push_back({1.0});
        groups.back().direction = i % 2;
        ranges.push_back({i, i + 1, size - 1 - i});
        coefficients.push_back(static_cast<double>(i));
    }
    Buffer w(size), g(size);
    w.fill_constant(0.0f);
    g.fill_constant(1.0f);
    Step step = step_at(1);
    step.range_coefficients = coefficients.data();
    CHECK_EQUAL(sgd_step(&step, groups.data(), size, ranges.data(), size, size, w.data(), g.data(), nullptr),
                GATUN_SUCCESS);
    for (int64_t i = 0; i < size; ++i) {
        CHECK(w[i] == static_cast<float>((size - 1 - i) % 2 == 1 ? i : -i));
    }
}

// Where weights, gradients and states are denormal, nothing is flushed to zero, on any path.
TEST(denormals_are_numbers_like_others)
{
    const int64_t size = 1030;
    const gatun_range range = {0, size, 0};
    for (const Subject &subject : subjects()) {
        const auto prepare = [&](Memory &memory) {
            for (int64_t i = 0; i < size; ++i) {
                memory.w[i] *= i % 3 == 0 ? 1e-39f : 1.0f;
                memory.g[i] *= i % 5 < 2 ? 1e-38f : 1.0f;
                for (Buffer *state : {&memory.a, &memory.b, &memory.c}) {
                    (*state)[i] = 1e-40f * static_cast<float>(i % 7);
                }
            }
        };
        Memory start(size, 0);
        prepare(start);
        std::vector<double> w, g, a, b, c;
        for (int64_t i = 0; i < size; ++i) {
            w.push_back(start.w[i]);
            g.push_back(start.g[i]);
            a.push_back(start.a[i]);
            b.push_back(start.b[i]);
            c.push_back(start.c[i]);
        }
        subject.in_double(step_at(2), {range}, {w.data(), g.data(), {a.data(), b.data(), c.data()}});
        check_same_bits([&] {
            Memory memory(size, 1);
            prepare(memory);
            const Step step = step_at(2);
            CHECK_EQUAL(subject.step(&step, &range, 1, size, memory.slabs()), GATUN_SUCCESS);
            int64_t wrong = 0;
            // In other rules a square underflows in f32 and not in double.
            for (int64_t i = 0; i < size && strncmp(subject.name, "sgd", 3) == 0; ++i) {
                const size_t at = static_cast<size_t>(i);
                const double error = fabs(static_cast<double>(memory.w[i]) - w[at]);
                wrong += error <= 4.0 * 0x1p-149 + 1e-6 * fabs(w[at]) + 1e-6 * fabs(w[at] - start.w[i]) ? 0 : 1;
                const double state_error = fabs(static_cast<double>(memory.a[i]) - a[at]);
                wrong += subject.states() == 0 || state_error <= 4.0 * 0x1p-149 + 1e-6 * fabs(a[at]) ? 0 : 1;
            }
            CHECK_EQUAL(wrong, 0);
            return memory.copy();
        });
    }
}

TEST(l1_adds_the_sign_of_the_weight)
{
    float w[4] = {2.0f, -2.0f, 0.0f, 1.0f}, g[4] = {1.0f, 1.0f, 0.0f, NAN};
    const gatun_sgd_group group = {0.5, 0, 0, 0, 0.25};
    const Step step = step_at(1);
    const gatun_range range = {0, 4, 0};
    CHECK_EQUAL(sgd_step(&step, &group, 1, &range, 1, 4, w, g, nullptr), GATUN_SUCCESS);
    CHECK(w[0] == 1.375f && w[1] == -2.375f && w[2] == 0.0f && isnan(w[3]));
}

TEST(bad_arguments_of_any_optimizer_are_refused_and_nothing_is_written)
{
    const int64_t size = 40;
    const double beyond_f32 = 1e39;
    for (const Subject &subject : subjects()) {
        Memory memory(size, 0);
        const std::vector<float> before = memory.copy();
        const gatun_range all = {0, size, 0};
        const auto status = [&](const Step &step, const gatun_range &range) {
            const int32_t result = subject.step(&step, &range, 1, size, memory.slabs());
            CHECK(memory.copy() == before);
            return result;
        };
        const auto with = [&](double Step::*field, double value) {
            Step step = step_at(1);
            step.*field = value;
            return status(step, all);
        };
        CHECK_EQUAL(status(step_at(0), all), GATUN_INVALID_VALUE);
        CHECK_EQUAL(status(step_at(1, NAN), all), GATUN_INVALID_VALUE);
        CHECK_EQUAL(with(&gatun_step::clip_coefficient, -1.0), GATUN_INVALID_VALUE);
        CHECK_EQUAL(with(&gatun_step::clip_coefficient, NAN), GATUN_INVALID_VALUE);
        CHECK_EQUAL(with(&gatun_step::clip_coefficient, beyond_f32), GATUN_INVALID_VALUE);
        CHECK_EQUAL(with(&gatun_step::clip_value, -1.0), GATUN_INVALID_VALUE);
        CHECK_EQUAL(with(&gatun_step::clip_value, INFINITY), GATUN_INVALID_VALUE);
        CHECK_EQUAL(with(&gatun_step::average_decay, 1.5), GATUN_INVALID_VALUE);
        CHECK_EQUAL(with(&gatun_step::average_decay, NAN), GATUN_INVALID_VALUE);
        Step flag = step_at(1);
        flag.average_first = 2;
        CHECK_EQUAL(status(flag, all), GATUN_INVALID_VALUE);
        flag = step_at(1);
        flag.bf16_rounding = 2;
        CHECK_EQUAL(status(flag, all), GATUN_INVALID_VALUE);
        for (const double coefficient : {-1.0, static_cast<double>(NAN), static_cast<double>(INFINITY), beyond_f32}) {
            Step clipped = step_at(1);
            clipped.range_coefficients = &coefficient;
            CHECK_EQUAL(status(clipped, all), GATUN_INVALID_VALUE);
        }
        CHECK_EQUAL(status(step_at(1), {0, size + 1, 0}), GATUN_INVALID_SIZE);
        CHECK_EQUAL(status(step_at(1), {0, size, 1}), GATUN_INVALID_VALUE);
        CHECK_EQUAL(subject.step(nullptr, &all, 1, size, memory.slabs()), GATUN_NULL_POINTER);
        const Step step = step_at(1);
        CHECK_EQUAL(subject.step(&step, nullptr, 1, size, memory.slabs()), GATUN_NULL_POINTER);
        CHECK_EQUAL(subject.step(&step, &all, -1, size, memory.slabs()), GATUN_INVALID_SIZE);
        CHECK_EQUAL(subject.step(&step, &all, 1, -1, memory.slabs()), GATUN_INVALID_SIZE);
        CHECK_EQUAL(subject.step(&step, &all, 1, size, {nullptr, memory.g.data(), {}}), GATUN_NULL_POINTER);
        CHECK_EQUAL(subject.step(&step, &all, 1, size, {memory.w.data(), nullptr, {}}), GATUN_NULL_POINTER);
        if (subject.states() > 0) {
            CHECK_EQUAL(subject.step(&step, &all, 1, size, {memory.w.data(), memory.g.data(), {}}),
                        GATUN_NULL_POINTER);
        }
        CHECK_EQUAL(subject.step(&step, nullptr, 0, 0, {}), GATUN_SUCCESS);
        CHECK(memory.copy() == before);
    }
}
