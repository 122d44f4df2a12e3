#pragma once
// Why a connection to the collector failed, in words, with what to do. Pure.

#include "agent/doctor/diagnosis.hpp"
#include "net/client.hpp"

namespace assay::agent {

Diagnosis explain_connect_problem(const net::ConnectProblem& problem, const net::Url& url);
std::string clock_advice();

}  // namespace assay::agent
