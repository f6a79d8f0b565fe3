"""Runs, jobs and scores: watched while they go on, never written by hand."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from jobs.badges import JOB_ICONS, JOB_TONES, badge
from jobs.faces import LedgerAdmin
from jobs.models import Job, Run, Score
from jobs.scoreboard import duels_of_job, duels_of_run
from jobs.services import retry
from jobs.step_names import run_name, step_name
from jobs.terms import METHODS, METRICS, SUBJECTS, in_words, to_three_digits

OPEN_STATES = (Job.State.QUEUED, Job.State.RUNNING)
RETRY = "jobs.change_job"


def state_badge(job: Job) -> SafeString:
    return badge(job.get_state_display(), JOB_TONES[job.state], JOB_ICONS[job.state])


def steps_of(run: Run) -> list[dict[str, Any]]:
    """The jobs of a run with their badges, in the order in which they were queued; one query."""
    return [{"job": job, "badge": state_badge(job)} for job in run.jobs.order_by("pk")]


def is_going_on(steps: list[dict[str, Any]]) -> bool:
    return any(step["job"].state in OPEN_STATES for step in steps)


@admin.register(Run)
class RunAdmin(LedgerAdmin[Run]):
    list_display = ["name_column", "as_of", "trigger", "started_at"]
    list_filter = [("trigger", ChoicesDropdownFilter)]
    search_fields = ["name", "slot"]

    @admin.display(description=_("name"), ordering="name")
    def name_column(self, run: Run) -> str:
        return str(run_name(run.name))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The steps of a run, refreshed by themselves while one is queued or running."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        run = self.get_object(request, object_id)
        if run is None:
            return self.not_found(request, object_id)
        steps = steps_of(run)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": run,
            "title": str(run),
            "run": run,
            "steps": steps,
            "is_running": is_going_on(steps),
            "duels": duels_of_run(run.pk),
        }
        is_part = request.headers.get("HX-Request") == "true"
        template = "jobs/run_part.html" if is_part else "jobs/run.html"
        return TemplateResponse(request, template, context)


@admin.register(Job)
class JobAdmin(LedgerAdmin[Job]):
    list_display = [
        "step_column",
        "state_column",
        "progress_column",
        "attempt",
        "queued_at",
        "finished_at",
    ]
    list_filter = [("state", ChoicesDropdownFilter)]
    search_fields = ["kind", "key"]

    @admin.display(description=_("job"), ordering="kind")
    def step_column(self, job: Job) -> str:
        return f"{step_name(job.kind)} #{job.pk}"

    @admin.display(description=_("state"), ordering="state")
    def state_column(self, job: Job) -> SafeString:
        return state_badge(job)

    @admin.display(description=_("progress"), ordering="progress")
    def progress_column(self, job: Job) -> SafeString:
        return format_html(
            '<progress class="zg-meter" max="100" value="{}"></progress> {} %',
            round(100 * job.progress),
            round(100 * job.progress),
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What a job does or did: progress, result or error, scores, and a way to try again."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        job = self.get_object(request, object_id)
        if job is None:
            return self.not_found(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": self.step_column(job),
            "job": job,
            "steps": [{"job": job, "badge": state_badge(job)}],
            "is_running": job.state in OPEN_STATES,
            "duels": duels_of_job(job.pk),
            "may_retry": job.state == Job.State.FAILED and request.user.has_perm(RETRY),
        }
        is_part = request.headers.get("HX-Request") == "true"
        template = "jobs/job_part.html" if is_part else "jobs/job.html"
        return TemplateResponse(request, template, context)

    def get_urls(self) -> list[URLPattern]:
        retry = self.admin_site.admin_view(self.retry_view)
        return [path("<int:pk>/retry/", retry, name="jobs_retry"), *super().get_urls()]

    def retry_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(RETRY):
            raise PermissionDenied
        job = self.get_object(request, str(pk))
        if job is None:
            return self.not_found(request, str(pk))
        if retry(job, actor=request.user.get_username()):
            messages.success(request, gettext("The job is queued again."))
        else:
            messages.error(
                request, gettext("Only a failed job can be tried again; nothing changed.")
            )
        return HttpResponseRedirect(reverse("admin:jobs_job_change", args=[pk]))


@admin.register(Score)
class ScoreAdmin(LedgerAdmin[Score]):
    list_display = [
        "subject_column",
        "metric_column",
        "method_column",
        "role_column",
        "value_column",
        "held_back_days",
        "cases",
        "job_column",
    ]
    list_filter = [("role", ChoicesDropdownFilter)]
    list_select_related = ["job"]
    search_fields = ["subject", "method", "metric"]
    ordering = ["-job_id", "subject", "metric", "pk"]

    @admin.display(description=_("what was compared"), ordering="subject")
    def subject_column(self, score: Score) -> str:
        return str(in_words(SUBJECTS, score.subject))

    @admin.display(description=_("metric"), ordering="metric")
    def metric_column(self, score: Score) -> str:
        return str(in_words(METRICS, score.metric))

    @admin.display(description=_("method"), ordering="method")
    def method_column(self, score: Score) -> str:
        return str(in_words(METHODS, score.method))

    @admin.display(description=_("role"), ordering="role")
    def role_column(self, score: Score) -> SafeString:
        return badge(score.get_role_display(), "accent" if score.role == "chosen" else "plain")

    @admin.display(description=_("value"), ordering="value")
    def value_column(self, score: Score) -> str:
        if score.low is None or score.high is None:
            return to_three_digits(score.value)
        low, high = to_three_digits(score.low), to_three_digits(score.high)
        return f"{to_three_digits(score.value)} ({low} … {high})"

    @admin.display(description=_("job"), ordering="job")
    def job_column(self, score: Score) -> SafeString:
        url = reverse("admin:jobs_job_change", args=[score.job_id])
        return format_html('<a class="zg-link" href="{}">#{}</a>', url, score.job_id)
