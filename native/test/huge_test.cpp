// More than 2^31 elements. Slabs are address space only: a step touches the few pages around its ranges, and what
// must touch everything reads zero pages and writes pages that all stand for the same few.
#include <sys/mman.h>
#include <unistd.h>

#include "buffers.h"
#include "check.h"
#include "optimizers.h"

static const int64_t boundary = int64_t{1} << 31;
static const int64_t elements = boundary + 1;  // an index of 32 bits cannot reach the last

// Private memory that nobody has touched: zeros, and no page of its own until one is written.
class Reserved {
  public:
    explicit Reserved(size_t element_size = sizeof(float)) : bytes_(element_size * static_cast<size_t>(elements))
    {
        memory_ = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        CHECK(memory_ != MAP_FAILED);
        madvise(memory_, bytes_, MADV_NOHUGEPAGE);
    }

    Reserved(const Reserved &) = delete;
    Reserved &operator=(const Reserved &) = delete;

    ~Reserved()
    {
        munmap(memory_, bytes_);
    }

    template <typename T = float>
    T *data()
    {
        return static_cast<T *>(memory_);
    }

    // Says that all of it will be read: a huge page of zeros is cheaper to map than 512 small ones.
    void read_whole()
    {
        madvise(memory_, bytes_, MADV_HUGEPAGE);
    }

    // Gives the touched pages back, and with them their contents.
    void clear()
    {
        madvise(memory_, bytes_, MADV_DONTNEED);
    }

  private:
    size_t bytes_;
    void *memory_;
};

// Runs up to the boundary and from it on, where 32 bits end, and one at the start that a wrapped index would reach.
static const Ranges ranges = {{0, 3, 0}, {boundary - 20, boundary - 2, 0}, {boundary, elements, 0}};

static std::vector<int64_t> in_ranges()
{
    std::vector<int64_t> all;
    for (const gatun_range &range : ranges) {
        for (int64_t i = range.begin; i < range.end; ++i) {
            all.push_back(i);
        }
    }
    return all;
}

static Ranges compact_ranges()
{
    Ranges result;
    int64_t end = 0;
    for (const gatun_range &range : ranges) {
        result.push_back({end, end + range.end - range.begin, 0});
        end = result.back().end;
    }
    return result;
}

static Step first_step()
{
    Step step = {};
    step.step = 1;
    step.gradient_scale = 0.5;
    step.average_first = 1;
    return step;
}

// The same step on a small slab and around the boundary must give the same.
TEST(every_step_reaches_past_the_boundary)
{
    const std::vector<int64_t> places = in_ranges();
    const int64_t count = static_cast<int64_t>(places.size());
    const Ranges compact = compact_ranges();
    const double coefficients[] = {1.0, 0.5, 0.25};
    Reserved w, g, a, b, c, ema, shadow(sizeof(uint16_t));
    for (const Subject &subject : subjects()) {
        Buffer small_w(count), small_g(count), small_a(count), small_b(count), small_c(count), small_ema(count),
            small_shadow(count / 2 + 1);
        small_w.fill(1.0f, 1);
        small_g.fill(0.1f, 2);
        for (Buffer *state : {&small_a, &small_b, &small_c}) {
            state->fill_constant(0.0f);
        }
        for (Reserved *slab : {&w, &g, &a, &b, &c}) {
            slab->clear();
        }
        for (int64_t i = 0; i < count; ++i) {
            w.data()[places[static_cast<size_t>(i)]] = small_w[i];
            g.data()[places[static_cast<size_t>(i)]] = small_g[i];
        }
        Step step = first_step();
        step.range_coefficients = coefficients;
        step.average = small_ema.data();
        step.bf16_weights = reinterpret_cast<uint16_t *>(small_shadow.data());
        CHECK_EQUAL(subject.step(&step, compact.data(), 3, count,
                                 {small_w.data(), small_g.data(), {small_a.data(), small_b.data(), small_c.data()}}),
                    GATUN_SUCCESS);
        step.average = ema.data();
        step.bf16_weights = shadow.data<uint16_t>();
        CHECK_EQUAL(subject.step(&step, ranges.data(), 3, elements,
            {w.data(), g.data(), {a.data(), b.data(), c.data()}}),
                    GATUN_SUCCESS);
        const uint16_t *const halves = reinterpret_cast<uint16_t *>(small_shadow.data());
        for (int64_t i = 0; i < count; ++i) {
            const int64_t at = places[static_cast<size_t>(i)];
            CHECK(w.data()[at] == small_w[i] && a.data()[at] == (subject.states() > 0 ? small_a[i] : 0.0f));
            CHECK(ema.data()[at] == small_ema[i] && shadow.data<uint16_t>()[at] == halves[i]);
        }
        CHECK(w.data()[boundary - 2] == 0.0f);
    }
}

TEST(weights_in_bf16_alone_reach_past_the_boundary)
{
    Reserved g, shadow(sizeof(uint16_t));
    const gatun_sgd_group group = {1.0};
    for (const int64_t at : in_ranges()) {
        shadow.data<uint16_t>()[at] = 0x3F80;
        g.data()[at] = 1.0f;
    }
    for (const int64_t stochastic : {0, 1}) {
        Step step = first_step();
        step.step = 1 + stochastic;
        step.bf16_weights = shadow.data<uint16_t>();
        step.bf16_rounding = stochastic;
        CHECK_EQUAL(sgd_step(&step, &group, 1, ranges.data(), 3, elements, nullptr, g.data(), nullptr),
                    GATUN_SUCCESS);
        for (const int64_t at : in_ranges()) {
            CHECK_EQUAL(shadow.data<uint16_t>()[at], stochastic ? 0 : 0x3F00);
        }
    }
}

TEST(steps_with_8_bit_states_reach_past_the_boundary)
{
    Reserved w, g, first(1), second(1), first_scales(1), second_scales(1);
    const gatun_adam_group adam = {1.0, .9, .999, 0.0};
    const gatun_lion_group lion = {1.0, .9, .99};
    const Step step = first_step();
    for (const int64_t at : in_ranges()) {
        w.data()[at] = 3.0f;
        g.data()[at] = 1.0f;
    }
    for (const int32_t threads : {1, 3}) {
        CHECK_EQUAL(gatun_set_threads(threads), GATUN_SUCCESS);
        first.clear();
        second.clear();
        CHECK_EQUAL(adam_step_8bit(&step, &adam, 1, ranges.data(), 3, elements, w.data(), g.data(),
                                         first.data<uint8_t>(), first_scales.data(), second.data<uint8_t>(),
                                         second_scales.data()),
                    GATUN_SUCCESS);
        for (const int64_t at : in_ranges()) {
            CHECK_NEAR(w.data()[at], threads == 1 ? 2.0 : 0.0, 1e-5);
            CHECK(first.data<uint8_t>()[at] == 127 && second.data<uint8_t>()[at] == 255);
            CHECK_NEAR(first_scales.data()[at / GATUN_STATE_BLOCK], 0.05, 1e-6);
        }
        first.clear();
        CHECK_EQUAL(lion_step_8bit(&step, &lion, 1, ranges.data(), 3, elements, w.data(), g.data(),
                                         first.data<uint8_t>(), first_scales.data()),
                    GATUN_SUCCESS);
        for (const int64_t at : in_ranges()) {
            CHECK_NEAR(w.data()[at], threads == 1 ? 1.0 : -1.0, 1e-5);
            CHECK_EQUAL(first.data<uint8_t>()[at], 127);
        }
    }
    CHECK(w.data()[boundary - 2] == 0.0f && first.data<uint8_t>()[boundary - 2] == 0);
}

TEST(norms_reach_past_the_boundary)
{
    gatun_set_threads(1);  // so that one thread's run is as long
    Reserved g, w;
    g.data()[0] = 2.0f;
    g.data()[boundary - 3] = 3.0f;
    g.data()[boundary] = 4.0f;
    w.data()[boundary] = 0.5f;
    double norm = 0.0, norms[3] = {};
    int64_t bad = 0;
    CHECK_EQUAL(gatun_gradient_norms(ranges.data(), 3, elements, g.data(), 1.0, norms, &bad), GATUN_SUCCESS);
    CHECK(norms[0] == 2.0 && norms[1] == 3.0 && norms[2] == 4.0 && bad == -1);
    CHECK_EQUAL(gatun_weighted_gradient_norm(ranges.data(), 3, elements, w.data(), g.data(), 1.0, &norm, &bad),
                GATUN_SUCCESS);
    CHECK(norm == 2.0 && bad == -1);
    g.read_whole();
    // Every element: reads of untouched pages are reads of one page of zeros.
    const gatun_range all = {0, elements, 0};
    g.data()[0] = 0.0f;
    g.data()[boundary] = INFINITY;
    CHECK_EQUAL(gatun_gradient_norm(&all, 1, elements, g.data(), 1.0, &norm, &bad), GATUN_SUCCESS);
    CHECK(isinf(norm));
    CHECK_EQUAL(bad, boundary);
    CHECK_EQUAL(gatun_find_non_finite(elements, g.data(), &bad), GATUN_SUCCESS);
    CHECK_EQUAL(bad, boundary);
}

// Memory whose pages are the same few, again and again, but for the last: what is written everywhere costs little.
class Repeated {
  public:
    Repeated()
    {
        const int file = memfd_create("repeated", 0);
        CHECK(file >= 0 && ftruncate(file, static_cast<off_t>(2 * unit)) == 0);
        const size_t bytes = sizeof(float) * static_cast<size_t>(boundary);
        memory_ = static_cast<char *>(
            mmap(nullptr, bytes + unit, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
        CHECK(memory_ != MAP_FAILED);
        for (size_t at = 0; at <= bytes; at += unit) {
            const off_t from = at < bytes ? 0 : static_cast<off_t>(unit);
            CHECK(mmap(memory_ + at, unit, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED | MAP_POPULATE, file,
                       from) != MAP_FAILED);
        }
        close(file);
        bytes_ = bytes + unit;
    }

    Repeated(const Repeated &) = delete;
    Repeated &operator=(const Repeated &) = delete;

    ~Repeated()
    {
        munmap(memory_, bytes_);
    }

    float *data()
    {
        return reinterpret_cast<float *>(memory_);
    }

    float &last()
    {
        return data()[boundary];
    }

  private:
    static constexpr size_t unit = size_t{1} << 21;
    char *memory_;
    size_t bytes_;
};

TEST(functions_of_whole_buffers_reach_past_the_boundary)
{
    gatun_set_threads(1);  // so that one thread's run is as long
    Reserved src;
    src.read_whole();
    Repeated a, b;
    src.data()[boundary] = 3.0f;
    CHECK_EQUAL(gatun_copy(elements, src.data(), a.data()), GATUN_SUCCESS);
    CHECK(a.last() == 3.0f && a.data()[0] == 0.0f);
    CHECK_EQUAL(gatun_add_forward(elements, src.data(), a.data(), a.data()), GATUN_SUCCESS);
    CHECK(a.last() == 6.0f && a.data()[0] == 0.0f);
    CHECK_EQUAL(gatun_lookahead(elements, 0.5, a.data(), b.data()), GATUN_SUCCESS);
    CHECK(a.last() == 3.0f && b.last() == 3.0f && a.data()[0] == 0.0f);
    const gatun_range last = {boundary, elements, 0};
    CHECK_EQUAL(gatun_perturb(&last, 1, elements, 2.0, 1, a.data(), src.data(), b.data()), GATUN_SUCCESS);
    CHECK(a.last() == 3.0f + 2.0f * 9.0f * 3.0f && b.last() == 3.0f && a.data()[0] == 0.0f);
    const gatun_random random = {1, 1};
    src.data()[boundary] = -3.0f;
    CHECK_EQUAL(gatun_dropout(elements, src.data(), a.data(), 0.0, &random, 0), GATUN_SUCCESS);
    CHECK(a.last() == -3.0f);
    CHECK_EQUAL(gatun_unary_forward(GATUN_UNARY_RELU, GATUN_F32, elements, 0.0, 0.0, src.data(), a.data()),
                GATUN_SUCCESS);
    CHECK(a.last() == 0.0f);
}
