#include <math.h>

#include "buffers.h"
#include "check.h"

struct Sizes {
    int64_t outer;
    int64_t classes;
    int64_t inner;
};

// The last two are large enough for every thread.
static const Sizes every_size[] = {{1, 1, 1}, {5, 3, 1}, {2, 4, 3}, {3, 2, 70}, {700, 97, 1}, {2, 40, 999}};

static const int64_t most_labels = 2000;

TEST(a_label_is_a_one_among_zeros)
{
    for (const Sizes &s : every_size) {
        for (const int64_t ignored : {int64_t{-100}, int64_t{0}}) {
            for_every_setting([&] {
                int32_t labels[most_labels];
                for (int64_t i = 0; i < s.outer * s.inner; ++i) {
                    labels[i] = i % 5 == 4 ? static_cast<int32_t>(ignored) : static_cast<int32_t>(i * i % s.classes);
                }
                Buffer dst(s.outer * s.classes * s.inner);
                dst.fill_constant(7.0f);
                CHECK_EQUAL(gatun_one_hot(s.outer, s.classes, s.inner, ignored, labels, dst.data()), GATUN_SUCCESS);
                int64_t wrong = 0;
                for (int64_t at = 0; at < s.outer * s.classes * s.inner; ++at) {
                    const int32_t label = labels[at / (s.classes * s.inner) * s.inner + at % s.inner];
                    const bool one = label != ignored && label == at / s.inner % s.classes;
                    wrong += dst[at] == (one ? 1.0f : 0.0f) ? 0 : 1;
                }
                CHECK_EQUAL(wrong, 0);
            });
        }
    }
}

TEST(a_label_outside_writes_nothing)
{
    Buffer dst(6);
    dst.fill_constant(7.0f);
    for (const int32_t bad : {-1, 3}) {
        const int32_t labels[2] = {0, bad};
        CHECK_EQUAL(gatun_one_hot(2, 3, 1, -100, labels, dst.data()), GATUN_INVALID_LABEL);
        CHECK(dst[0] == 7.0f && dst[5] == 7.0f);
        CHECK_EQUAL(gatun_one_hot(2, 3, 1, bad, labels, dst.data()), GATUN_SUCCESS);
        dst.fill_constant(7.0f);
    }
    CHECK_EQUAL(gatun_one_hot(2, 0, 1, -100, nullptr, dst.data()), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_one_hot(2, 3, 1, -100, nullptr, dst.data()), GATUN_NULL_POINTER);
}

TEST(the_first_largest_is_found)
{
    for (const Sizes &s : every_size) {
        for_every_setting([&] {
            Buffer src(s.outer * s.classes * s.inner);
            src.fill(1.0f, 1);
            for (int64_t at = 0; at < s.outer * s.classes * s.inner; ++at) {
                src[at] = floorf(src[at] * 4.0f);  // so that many are equal
            }
            int32_t found[most_labels];
            CHECK_EQUAL(gatun_argmax(s.outer, s.classes, s.inner, src.data(), found), GATUN_SUCCESS);
            int64_t wrong = 0;
            for (int64_t i = 0; i < s.outer * s.inner; ++i) {
                const float *column = src.data() + i / s.inner * s.classes * s.inner + i % s.inner;
                int64_t best = 0;
                for (int64_t c = 1; c < s.classes; ++c) {
                    best = column[c * s.inner] > column[best * s.inner] ? c : best;
                }
                wrong += found[i] == best ? 0 : 1;
            }
            CHECK_EQUAL(wrong, 0);
        });
    }
}

// Of a row and of columns, wherever it stands, beside vectors' ends and behind a larger number.
TEST(the_first_nan_or_the_first_of_the_largest_is_found)
{
    for (const int64_t extent : {1, 2, 15, 16, 17, 63, 64, 65, 200}) {
        for (const int64_t inner : {1, 3, 520}) {
            for (int64_t place = 0; place < extent; ++place) {
                for (const float wanted : {7.0f, INFINITY, NAN}) {
                    Buffer src(extent * inner);
                    src.fill(1.0f, 1);
                    for (int64_t i = 0; i < inner; ++i) {
                        src[place * inner + i] = wanted;
                        src[(extent - 1) * inner + i] = wanted;
                    }
                    src[0] = place == 0 ? wanted : isnan(wanted) ? INFINITY : -INFINITY;
                    const int32_t best = gatun_get_isa();
                    for (int32_t isa = GATUN_ISA_PLAIN; isa <= best; ++isa) {
                        gatun_set_isa(isa);
                        std::vector<int32_t> found(static_cast<size_t>(inner), -1);
                        CHECK_EQUAL(gatun_argmax(1, extent, inner, src.data(), found.data()), GATUN_SUCCESS);
                        int64_t wrong = 0;
                        for (const int32_t each : found) {
                            wrong += each == place ? 0 : 1;
                        }
                        CHECK_EQUAL(wrong, 0);
                    }
                    gatun_set_isa(best);
                }
            }
        }
    }
}

TEST(a_nan_is_the_largest)
{
    Buffer src(4);
    src[0] = 1.0f;
    src[1] = NAN;
    src[2] = INFINITY;
    src[3] = NAN;
    int32_t found = -1;
    CHECK_EQUAL(gatun_argmax(1, 4, 1, src.data(), &found), GATUN_SUCCESS);
    CHECK_EQUAL(found, 1);
    CHECK_EQUAL(gatun_argmax(1, 0, 1, src.data(), &found), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_argmax(1, 4, 1, nullptr, &found), GATUN_NULL_POINTER);
}
