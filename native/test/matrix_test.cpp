// Muon's passes and Adafactor, against the formulas of rules.def in double, on matrices that lie in any order.
#include <algorithm>
#include <vector>

#include "buffers.h"
#include "check.h"
#include "steps.h"

namespace {

// A matrix whose rows and columns lie apart, out of order, with padding between them.
struct Scattered {
    int64_t rows;
    int64_t columns;
    std::vector<int64_t> row_offsets;
    std::vector<int64_t> column_offsets;
    int64_t elements;
    gatun_range range;
    gatun_matrix matrix;

    Scattered(int64_t r, int64_t c, bool transposed) : rows(r), columns(c), row_offsets(r), column_offsets(c)
    {
        const int64_t row_step = transposed ? 1 : columns + 3;
        const int64_t column_step = transposed ? rows + 2 : 1;
        for (int64_t i = 0; i < rows; ++i) {
            row_offsets[i] = 5 + (rows - 1 - i) * row_step;
        }
        for (int64_t j = 0; j < columns; ++j) {
            column_offsets[j] = (j % 2 == 0 ? j / 2 : columns - 1 - j / 2) * column_step;
        }
        elements = 5 + (transposed ? columns * column_step : rows * row_step) + 4;
        range = {5, elements - 4, 0};
        matrix = {rows, columns, 0, row_offsets.data(), column_offsets.data()};
    }

    Scattered(const Scattered &) = delete;

    int64_t at(int64_t i, int64_t j) const
    {
        return row_offsets[i] + column_offsets[j];
    }
};

const int64_t shapes[][2] = {{1, 1}, {1, 17}, {17, 1}, {3, 40}, {40, 3}, {16, 16}, {33, 1030}, {1030, 33}};

Step plain_step(int64_t number)
{
    Step step = {};
    step.step = number;
    step.gradient_scale = 1.0;
    return step;
}

gatun_muon_group muon()
{
    gatun_muon_group group = {};
    group.learning_rate = 0.02;
    group.weight_decay = 0.1;
    group.momentum = 0.95;
    group.epsilon = 1e-7;
    group.a = 3.4445;
    group.b = -4.775;
    group.c = 2.0315;
    group.steps = 5;
    group.variant = 1;
    return group;
}

gatun_adafactor_group adafactor()
{
    gatun_adafactor_group group = {};
    group.learning_rate = 0.01;
    group.beta2_decay = -0.8;
    group.epsilon1 = 1.1920928955078125e-7;
    group.epsilon2 = 1e-3;
    group.threshold = 1.0;
    group.weight_decay = 0.1;
    return group;
}

bool close(double actual, double wanted)
{
    return fabs(actual - wanted) <= 3e-6 * fabs(wanted) + 3e-7;
}

}  // namespace

TEST(muon_makes_directions_and_steps_of_any_order)
{
    for (const auto &shape : shapes) {
        for (const bool transposed : {false, true}) {
            const Scattered m(shape[0], shape[1], transposed);
            for (const int32_t option : {0, 1}) {
                gatun_muon_group group = muon();
                group.variant = option;
                group.adjustment = option;
                group.direction = option;
                Step step = plain_step(1);
                step.gradient_scale = 0.5;
                step.clip_value = 0.4;
                Buffer w(m.elements), g(m.elements), momentum(m.elements), x(m.rows * m.columns), ema(m.elements);
                w.fill(1.0f, 1);
                g.fill(1.0f, 2);
                momentum.fill(1.0f, 3);
                ema.fill_constant(0.0f);
                step.average = ema.data();
                step.average_first = 1;
                const auto w0 = w.copy(), b0 = momentum.copy();
                CHECK_EQUAL(muon_direction(&step, &group, 1, &m.range, 1, m.elements, &m.matrix, g.data(),
                    momentum.data(),
                                                 x.data()),
                            GATUN_SUCCESS);
                CHECK_EQUAL(muon_update(&step, &group, 1, &m.range, 1, m.elements, &m.matrix, w.data(), x.data()),
                            GATUN_SUCCESS);
                std::vector<double> u(static_cast<size_t>(m.rows * m.columns));
                double norm = 0.0;
                auto b = b0;
                for (int64_t i = 0; i < m.rows; ++i) {
                    for (int64_t j = 0; j < m.columns; ++j) {
                        double gradient = 0.5 * g[m.at(i, j)] * (option ? -1.0 : 1.0);
                        gradient = std::min(0.4, std::max(-0.4, gradient));
                        const double now = 0.95 * b0[m.at(i, j)] + 0.05 * gradient;
                        b[m.at(i, j)] = static_cast<float>(now);
                        double &direction = u[m.rows <= m.columns ? i * m.columns + j : j * m.rows + i];
                        direction = option ? 0.95 * now + 0.05 * gradient : now;
                        norm += direction * direction;
                    }
                }
                norm = sqrt(norm);
                const double larger = static_cast<double>(std::max(m.rows, m.columns));
                const double factor = option ? 0.2 * sqrt(larger)
                                             : sqrt(std::max(1.0, static_cast<double>(m.rows) / m.columns));
                auto wanted = w0;
                for (int64_t i = 0; i < m.rows; ++i) {
                    for (int64_t j = 0; j < m.columns; ++j) {
                        const double direction = u[m.rows <= m.columns ? i * m.columns + j : j * m.rows + i] / norm;
                        CHECK(close(x[m.rows <= m.columns ? i * m.columns + j : j * m.rows + i], direction));
                        wanted[m.at(i, j)] = static_cast<float>(w0[m.at(i, j)] * (1.0 - 0.002) -
                                                                0.02 * factor * direction);
                        CHECK(ema[m.at(i, j)] == w[m.at(i, j)]);
                    }
                }
                for (int64_t i = 0; i < m.elements; ++i) {
                    CHECK(close(w[i], wanted[i]) && close(momentum[i], b[i]));
                }
                CHECK(w[0] == w0[0] && momentum[0] == b0[0]);
            }
        }
    }
}

TEST(adafactor_follows_its_formulas_in_any_order)
{
    for (const auto &shape : shapes) {
        for (const bool transposed : {false, true}) {
            const Scattered m(shape[0], shape[1], transposed);
            const gatun_adafactor_group group = adafactor();
            Buffer w(m.elements), g(m.elements), rows(m.rows), columns(m.columns);
            w.fill(1.0f, 1);
            rows.fill_constant(0.0f);
            columns.fill_constant(0.0f);
            std::vector<double> model(w.data(), w.data() + m.elements), r(m.rows), k(m.columns);
            const double n = static_cast<double>(m.rows * m.columns);
            for (int64_t t = 1; t <= 4; ++t) {
                g.fill(0.1f * static_cast<float>(t), static_cast<uint32_t>(t));
                const Step step = plain_step(t);
                CHECK_EQUAL(adafactor_matrix_step(&step, &group, 1, &m.range, 1, m.elements, &m.matrix, w.data(),
                    g.data(),
                                                        rows.data(), columns.data()),
                            GATUN_SUCCESS);
                const double share = pow(static_cast<double>(t), -0.8);
                double weights = 0.0, mean = 0.0;
                std::vector<double> row_mean(m.rows), column_mean(m.columns);
                for (int64_t i = 0; i < m.rows; ++i) {
                    for (int64_t j = 0; j < m.columns; ++j) {
                        const double square = static_cast<double>(g[m.at(i, j)]) * g[m.at(i, j)];
                        row_mean[i] += square / m.columns;
                        column_mean[j] += square / m.rows;
                        weights += model[m.at(i, j)] * model[m.at(i, j)];
                    }
                }
                for (int64_t i = 0; i < m.rows; ++i) {
                    r[i] += share * (row_mean[i] - r[i]);
                    mean += r[i] / m.rows;
                    CHECK(close(rows[i], r[i]));
                }
                for (int64_t j = 0; j < m.columns; ++j) {
                    k[j] += share * (column_mean[j] - k[j]);
                    CHECK(close(columns[j], k[j]));
                }
                mean = std::max(mean, group.epsilon1);
                double directions = 0.0;
                const auto direction = [&](int64_t i, int64_t j) {
                    return g[m.at(i, j)] / sqrt(std::max(r[i] * k[j] / mean, group.epsilon1 * group.epsilon1));
                };
                for (int64_t i = 0; i < m.rows; ++i) {
                    for (int64_t j = 0; j < m.columns; ++j) {
                        directions += direction(i, j) * direction(i, j);
                    }
                }
                const double alpha = std::max(1e-3, sqrt(weights / n)) * std::min(0.01, 1.0 / sqrt(t));
                const double rate = alpha / std::max(1.0, sqrt(directions / n));
                for (int64_t i = 0; i < m.rows; ++i) {
                    for (int64_t j = 0; j < m.columns; ++j) {
                        double &weight = model[m.at(i, j)];
                        weight = weight * (1.0 - 0.001) - rate * direction(i, j);
                    }
                }
            }
            for (int64_t i = 0; i < m.elements; ++i) {
                CHECK(close(w[i], model[i]));
            }
        }
    }
}

TEST(adafactor_keeps_the_whole_variance_of_a_vector)
{
    for (const int64_t elements : {1, 16, 17, 4097}) {
        const gatun_adafactor_group group = adafactor();
        const gatun_range range = {2, elements + 2, 0};
        Buffer w(elements + 3), g(elements + 3), variance(elements);
        w.fill(1.0f, 1);
        g.fill(0.5f, 2);
        variance.fill_constant(0.0f);
        const auto w0 = w.copy();
        const Step step = plain_step(1);
        CHECK_EQUAL(adafactor_vector_step(&step, &group, 1, &range, 1, elements + 3, 0, w.data(), g.data(),
                                                variance.data()),
                    GATUN_SUCCESS);
        double weights = 0.0;
        int64_t moved = 0;
        for (int64_t i = 0; i < elements; ++i) {
            weights += static_cast<double>(w0[i + 2]) * w0[i + 2];
            moved += g[i + 2] != 0.0f ? 1 : 0;
        }
        const double n = static_cast<double>(elements);
        // the directions are signs: their mean is below 1
        const double rate = std::max(1e-3, sqrt(weights / n)) * 0.01;
        for (int64_t i = 0; i < elements; ++i) {
            const double sign = g[i + 2] > 0.0f ? 1.0 : g[i + 2] < 0.0f ? -1.0 : 0.0;
            CHECK(close(w[i + 2], w0[i + 2] * 0.999 - rate * sign));
            CHECK(close(variance[i], static_cast<double>(g[i + 2]) * g[i + 2]));
        }
        CHECK(w[0] == w0[0] && w[1] == w0[1] && w[elements + 2] == w0[elements + 2] && (moved > 0 || elements == 1));
    }
}

TEST(every_setting_gives_the_same_bits)
{
    const Scattered m(301, 517, false);
    check_same_bits([&] {
        const gatun_muon_group group = muon();
        const gatun_adafactor_group factored = adafactor();
        Buffer w(m.elements), g(m.elements), momentum(m.elements), x(m.rows * m.columns), rows(m.rows);
        Buffer columns(m.columns), variance(m.elements);
        w.fill(1.0f, 1);
        g.fill(0.5f, 2);
        momentum.fill_constant(0.0f);
        rows.fill_constant(0.0f);
        columns.fill_constant(0.0f);
        variance.fill_constant(0.0f);
        const Step step = plain_step(1);
        muon_direction(&step, &group, 1, &m.range, 1, m.elements, &m.matrix, g.data(), momentum.data(), x.data());
        muon_update(&step, &group, 1, &m.range, 1, m.elements, &m.matrix, w.data(), x.data());
        adafactor_matrix_step(&step, &factored, 1, &m.range, 1, m.elements, &m.matrix, w.data(), g.data(), rows.data(),
                                    columns.data());
        const gatun_range all = {0, m.elements, 0};
        adafactor_vector_step(&step, &factored, 1, &all, 1, m.elements, 0, w.data(), g.data(), variance.data());
        gatun_scale_add_identity(301, 0.5, 2.0, x.data(), x.data());
        auto bits = w.copy();
        const auto more = x.copy();
        bits.insert(bits.end(), more.begin(), more.end());
        return bits;
    });
}

TEST(a_scaled_matrix_gains_an_identity)
{
    Buffer src(9), dst(9);
    for (int64_t i = 0; i < 9; ++i) {
        src[i] = static_cast<float>(i);
    }
    CHECK_EQUAL(gatun_scale_add_identity(3, 2.0, 10.0, src.data(), dst.data()), GATUN_SUCCESS);
    for (int64_t i = 0; i < 9; ++i) {
        CHECK(dst[i] == static_cast<float>(2 * i + (i % 4 == 0 ? 10 : 0)));
    }
    CHECK_EQUAL(gatun_scale_add_identity(-1, 1.0, 0.0, src.data(), dst.data()), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_scale_add_identity(3, NAN, 0.0, src.data(), dst.data()), GATUN_INVALID_VALUE);
    CHECK_EQUAL(gatun_scale_add_identity(3, 1.0, 0.0, nullptr, dst.data()), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_scale_add_identity(0, 1.0, 0.0, nullptr, nullptr), GATUN_SUCCESS);
}

TEST(zero_stays_zero)
{
    const Scattered m(7, 9, false);
    Buffer w(m.elements), g(m.elements), momentum(m.elements), x(63), rows(7), columns(9);
    for (Buffer *buffer : {&w, &g, &momentum, &rows, &columns}) {
        buffer->fill_constant(0.0f);
    }
    const gatun_muon_group group = muon();
    const gatun_adafactor_group factored = adafactor();
    for (int64_t t = 1; t <= 1000; ++t) {
        const Step step = plain_step(t);
        CHECK_EQUAL(muon_direction(&step, &group, 1, &m.range, 1, m.elements, &m.matrix, g.data(), momentum.data(),
            x.data()),
                    GATUN_SUCCESS);
        CHECK_EQUAL(muon_update(&step, &group, 1, &m.range, 1, m.elements, &m.matrix, w.data(), x.data()),
            GATUN_SUCCESS);
        CHECK_EQUAL(adafactor_matrix_step(&step, &factored, 1, &m.range, 1, m.elements, &m.matrix, w.data(), g.data(),
                                                rows.data(), columns.data()),
                    GATUN_SUCCESS);
    }
    for (int64_t i = 0; i < m.elements; ++i) {
        CHECK(w[i] == 0.0f && momentum[i] == 0.0f);
    }
}

TEST(the_coefficient_of_the_range_scales_gradients)
{
    const Scattered m(5, 9, true);
    const double coefficients[] = {7.0, 0.25};
    const gatun_range ranges[] = {{0, 3, 0}, m.range};
    gatun_matrix matrix = m.matrix;
    matrix.range = 1;
    Buffer g(m.elements), small(m.elements);
    g.fill(1.0f, 1);
    for (int64_t i = 0; i < m.elements; ++i) {
        small[i] = 0.25f * g[i];
    }
    const gatun_muon_group group = muon();
    const gatun_adafactor_group factored = adafactor();
    std::vector<float> results[2];
    for (const int scaled : {0, 1}) {
        Step step = plain_step(1);
        step.clip_value = 0.1;
        step.range_coefficients = scaled ? coefficients : nullptr;
        Buffer w(m.elements), momentum(m.elements), x(45), rows(5), columns(9), v(3),
            variance(m.range.end - m.range.begin);
        w.fill(1.0f, 2);
        for (Buffer *buffer : {&momentum, &rows, &columns, &v, &variance}) {
            buffer->fill_constant(0.0f);
        }
        const float *gradients = scaled ? g.data() : small.data();
        CHECK_EQUAL(muon_direction(&step, &group, 1, ranges, 2, m.elements, &matrix, gradients, momentum.data(),
                                         x.data()),
                    GATUN_SUCCESS);
        CHECK_EQUAL(adafactor_matrix_step(&step, &factored, 1, ranges, 2, m.elements, &matrix, w.data(), gradients,
                                                rows.data(), columns.data()),
                    GATUN_SUCCESS);
        CHECK_EQUAL(adafactor_vector_step(&step, &factored, 1, ranges, 2, m.elements, 1, w.data(), gradients,
                                                variance.data()),
                    GATUN_SUCCESS);
        results[scaled] = momentum.copy();
        for (Buffer *buffer : {&w, &x}) {
            const auto more = buffer->copy();
            results[scaled].insert(results[scaled].end(), more.begin(), more.end());
        }
    }
    CHECK(results[0] == results[1]);
}

TEST(weights_in_bf16_are_rounded_as_in_every_step)
{
    const Scattered m(9, 21, false);
    const size_t elements = static_cast<size_t>(m.elements);
    for (const int64_t stochastic : {0, 1}) {
        Step step = plain_step(3);
        step.bf16_rounding = stochastic;
        step.seed = 0x123456789ABCDEFu;
        Buffer w(m.elements), g(m.elements), x(m.rows * m.columns), rows(m.rows), columns(m.columns);
        w.fill(1.0f, 1);
        g.fill(1.0f, 2);
        x.fill(1.0f, 3);
        // A step of length zero writes the copy alone; the passes of all optimizers share its rounding.
        gatun_muon_group still = muon();
        still.learning_rate = 0.0;
        gatun_sgd_group sgd = {};
        std::vector<uint16_t> shadow(elements), wanted(elements);
        step.bf16_weights = wanted.data();
        CHECK_EQUAL(sgd_step(&step, &sgd, 1, &m.range, 1, m.elements, w.data(), g.data(), nullptr), GATUN_SUCCESS);
        step.bf16_weights = shadow.data();
        CHECK_EQUAL(muon_update(&step, &still, 1, &m.range, 1, m.elements, &m.matrix, w.data(), x.data()),
                    GATUN_SUCCESS);
        for (int64_t i = 0; i < m.rows; ++i) {
            for (int64_t j = 0; j < m.columns; ++j) {
                CHECK(shadow[static_cast<size_t>(m.at(i, j))] == wanted[static_cast<size_t>(m.at(i, j))]);
            }
        }
        // With bf16 alone, a step begins at the copy and ends at the rounding of where f32 would be.
        for (const bool muons : {true, false}) {
            Buffer exact(m.elements);
            for (int64_t i = 0; i < m.elements; ++i) {
                const uint32_t bits = static_cast<uint32_t>(wanted[static_cast<size_t>(i)]) << 16;
                memcpy(&exact[i], &bits, sizeof bits);
            }
            std::vector<uint16_t> alone = wanted, beside = wanted;
            for (const bool with : {true, false}) {
                rows.fill_constant(0.0f);
                columns.fill_constant(0.0f);
                step.bf16_weights = with ? beside.data() : alone.data();
                float *parameters = with ? exact.data() : nullptr;
                const gatun_muon_group group = muon();
                const gatun_adafactor_group factored = adafactor();
                CHECK_EQUAL(muons ? muon_update(&step, &group, 1, &m.range, 1, m.elements, &m.matrix, parameters,
                                                      x.data())
                                  : adafactor_matrix_step(&step, &factored, 1, &m.range, 1, m.elements, &m.matrix,
                                                                parameters, g.data(), rows.data(), columns.data()),
                            GATUN_SUCCESS);
            }
            CHECK(alone == beside && alone != wanted);
        }
        step.bf16_weights = nullptr;
        const gatun_muon_group group = muon();
        CHECK_EQUAL(muon_update(&step, &group, 1, &m.range, 1, m.elements, &m.matrix, nullptr, x.data()),
                    GATUN_NULL_POINTER);
    }
}

TEST(bad_arguments_are_refused_and_nothing_is_written)
{
    const Scattered m(3, 4, false);
    Buffer w(m.elements), g(m.elements), momentum(m.elements), x(12), rows(3), columns(4);
    w.fill(1.0f, 1);
    g.fill(1.0f, 2);
    momentum.fill(1.0f, 3);
    rows.fill(1.0f, 4);
    columns.fill(1.0f, 5);
    const auto before = w.copy(), before_momentum = momentum.copy(), before_rows = rows.copy();
    const auto direction = [&](Step step, gatun_muon_group group, gatun_matrix matrix, const float *gradients) {
        return muon_direction(&step, &group, 1, &m.range, 1, m.elements, &matrix, gradients, momentum.data(), x.data());
    };
    const auto factored = [&](Step step, gatun_adafactor_group group, gatun_matrix matrix, float *variance) {
        return adafactor_matrix_step(&step, &group, 1, &m.range, 1, m.elements, &matrix, w.data(), g.data(), variance,
                                           columns.data());
    };
    const Step good = plain_step(1);
    Step skipped = good;
    skipped.skip = 1;
    CHECK_EQUAL(direction(skipped, muon(), m.matrix, g.data()), GATUN_SUCCESS);
    CHECK_EQUAL(factored(skipped, adafactor(), m.matrix, rows.data()), GATUN_SUCCESS);
    CHECK_EQUAL(muon_update(&skipped, nullptr, 0, &m.range, 1, m.elements, &m.matrix, w.data(), x.data()),
        GATUN_INVALID_VALUE);
    CHECK_EQUAL(direction(plain_step(0), muon(), m.matrix, g.data()), GATUN_INVALID_VALUE);
    CHECK_EQUAL(direction(good, muon(), m.matrix, nullptr), GATUN_NULL_POINTER);
    CHECK_EQUAL(factored(good, adafactor(), m.matrix, nullptr), GATUN_NULL_POINTER);
    gatun_muon_group group = muon();
    group.momentum = 1.0;
    CHECK_EQUAL(direction(good, group, m.matrix, g.data()), GATUN_INVALID_VALUE);
    group = muon();
    group.steps = 100;
    CHECK_EQUAL(direction(good, group, m.matrix, g.data()), GATUN_INVALID_VALUE);
    group.steps = 1.5;
    CHECK_EQUAL(direction(good, group, m.matrix, g.data()), GATUN_INVALID_VALUE);
    group = muon();
    group.variant = 2;
    CHECK_EQUAL(direction(good, group, m.matrix, g.data()), GATUN_INVALID_VALUE);
    for (const double bad : {0.0, -1.0, static_cast<double>(NAN)}) {
        gatun_adafactor_group numbers = adafactor();
        numbers.threshold = bad;
        CHECK_EQUAL(factored(good, numbers, m.matrix, rows.data()), GATUN_INVALID_VALUE);
    }
    std::vector<int64_t> far = m.row_offsets;
    for (const int64_t bad : {static_cast<int64_t>(-1), m.elements - 1, m.elements, INT64_MAX}) {
        far[1] = bad;
        gatun_matrix matrix = m.matrix;
        matrix.row_offsets = far.data();
        CHECK_EQUAL(direction(good, muon(), matrix, g.data()), GATUN_INVALID_SIZE);
        CHECK_EQUAL(factored(good, adafactor(), matrix, rows.data()), GATUN_INVALID_SIZE);
    }
    gatun_matrix matrix = m.matrix;
    matrix.range = 1;
    CHECK_EQUAL(direction(good, muon(), matrix, g.data()), GATUN_INVALID_VALUE);
    matrix = m.matrix;
    matrix.rows = INT64_MAX;
    CHECK_EQUAL(direction(good, muon(), matrix, g.data()), GATUN_INVALID_SIZE);
    matrix = m.matrix;
    matrix.column_offsets = nullptr;
    CHECK_EQUAL(direction(good, muon(), matrix, g.data()), GATUN_NULL_POINTER);
    matrix.columns = 0;
    CHECK_EQUAL(direction(good, muon(), matrix, g.data()), GATUN_SUCCESS);
    const gatun_range range = {0, m.elements + 1, 0};
    const gatun_adafactor_group numbers = adafactor();
    CHECK_EQUAL(adafactor_vector_step(&good, &numbers, 1, &range, 1, m.elements, 0, w.data(), g.data(), x.data()),
                GATUN_INVALID_SIZE);
    CHECK_EQUAL(adafactor_vector_step(&good, &numbers, 1, nullptr, 1, m.elements, 0, w.data(), g.data(), x.data()),
                GATUN_NULL_POINTER);
    CHECK(w.copy() == before && momentum.copy() == before_momentum && rows.copy() == before_rows);
}
